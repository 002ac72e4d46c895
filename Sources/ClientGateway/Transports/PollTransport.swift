import LongPoll
import Primitives
import Reactor

/// TeamTalk packets one after the other, in the answers to HTTP requests.
final class PollTransport: ClientTransport {
    private unowned let port: PollPort
    let kind = TransportKind.poll
    let resumption: Resumption

    init(_ port: PollPort, on loop: EventLoop) {
        self.port = port
        resumption = Resumption(on: loop) { [unowned port] in port.resume($0) }
    }

    func send(_ packet: RawSpan, to connection: ConnectionHandle) {
        port.send(packet, to: connection)
    }

    func close(_ connection: ConnectionHandle, because ending: Ending) {
        port.close(connection, ending.ofPolls)
    }

    func deadlineChanged(_ connection: ConnectionHandle) {
        port.deadlineChanged(connection)
    }

    func pendingOutput(_ connection: ConnectionHandle) -> Int {
        port.backlog(connection)
    }
}

extension Ending {
    var ofPolls: PollEnding {
        switch self {
        case .loggedOut: .loggedOut
        case .loginRefused: .loginRefused
        case .busy: .busy
        case .kicked: .kicked
        case .drained: .drained
        case .tooFast: .tooFast
        case .badPacket: .badPacket
        case .silent: .silent
        }
    }
}
