import NodeAdmin
import TalkProtocol

extension IMMsgServRsp {
    /// What `/msg_server` answers, as a packet.
    init(_ assignment: Assignment) {
        switch assignment {
        case .server(let host, let port):
            self.init(resultCode: .reasonNone, priorIP: host, backipIP: host, port: UInt32(port))
        case .full: self.init(resultCode: .msgServerFull)
        case .none, .local: self.init(resultCode: .noMsgServer)
        }
    }
}
