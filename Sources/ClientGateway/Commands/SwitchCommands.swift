import Primitives
import TalkProtocol

/// Service 6: a command from user to user, such as "is typing": passed on, never stored, may be lost.
extension Gateway {
    func relayCommand(_ request: Request, _ message: IMP2PCmdMsg) {
        guard message.cmdMsgData.utf8.count <= limits.maxCommandTextBytes else { return }
        // The sender is who he is, whatever the packet says (D4).
        let relayed = IMP2PCmdMsg(
            fromUserID: request.user.rawValue, toUserID: message.toUserID, cmdMsgData: message.cmdMsgData)
        var writer = ByteWriter()
        writer.append(.p2pCmdMsg, sequence: 0, relayed)
        let users = Set([request.user, UserID(message.toUserID)]).sorted()
        pushEverywhere(writer.bytes, to: users, except: request.session.address, asHint: true)
    }
}
