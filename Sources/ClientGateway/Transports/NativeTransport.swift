import Primitives
import Reactor

/// TeamTalk packets one after the other, as the apps send them.
final class NativeTransport: PortTransport {
    unowned let port: ClientPort
    let kind = TransportKind.native

    init(_ port: ClientPort) {
        self.port = port
    }

    func send(_ packet: RawSpan, to connection: ConnectionHandle) {
        port.loop.send(packet, to: connection)
    }

    /// There is no word for the reason but the packets before it: where none says it, nothing is waited for.
    func close(_ connection: ConnectionHandle, because ending: Ending) {
        switch ending {
        case .loggedOut, .loginRefused, .busy, .drained: port.loop.close(connection, .afterFlush)
        case .kicked, .tooFast, .badPacket, .silent: port.loop.close(connection, .now)
        }
    }
}
