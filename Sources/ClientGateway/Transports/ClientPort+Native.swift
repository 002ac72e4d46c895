import Metrics
import Primitives
import Reactor
import TalkProtocol

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
