import Metrics
import Primitives
import Reactor
import TalkProtocol

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

/// Packets one after the other.
extension ClientPort {
    func readPackets(_ bytes: RawSpan, _ session: Session, _ connection: ConnectionHandle, _ place: Int) -> Int {
        var rest = bytes
        var isPaused = false
        reading: while !rest.isEmpty {
            let limit = session.isOnline ? gateway.limits.maxPDU : gateway.limits.maxPDUBeforeLogin
            switch PDUFramer.next(in: rest, limit: limit) {
            case .needMore:
                break reading
            case .invalid:
                gateway.refusedFrame(session)
                session.close(because: .badPacket)
                return bytes.byteCount
            case .pdu(let header, let body):
                switch gateway.received(header, rest.extracting(body), from: session) {
                case .taken:
                    rest = rest.extracting(droppingFirst: body.upperBound)
                case .later(let wait):
                    pause(connection, for: wait)
                    isPaused = true
                    break reading
                case .closed:
                    return bytes.byteCount
                }
            }
        }
        // A packet that waits for its client's rate is whole, and its client has not been silent.
        noteInput(
            connection, place, isUnfinished: !rest.isEmpty && !isPaused,
            tookPacket: rest.byteCount < bytes.byteCount)
        return bytes.byteCount - rest.byteCount
    }
}
