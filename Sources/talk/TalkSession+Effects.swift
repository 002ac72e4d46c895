import Primitives
import Protobuf
import TalkProtocol

/// What is to be shown, and sent.
extension TalkSession {
    mutating func show(_ line: String) { actions.append(.show(line)) }

    mutating func note(_ line: String) { actions.append(.note(line)) }

    mutating func beat(at now: Instant) {
        heartbeatDue = now + Self.heartbeatInterval
        write(.heartBeat, IMHeartBeat(), at: now)
    }

    /// Sends a request that the server answers, and returns its number.
    @discardableResult
    mutating func write(_ command: Command, _ message: some ProtoMessage, at now: Instant) -> UInt16 {
        if unheardSince == nil { unheardSince = now }
        return tell(command, message)
    }

    /// Sends what is not answered.
    @discardableResult
    mutating func tell(_ command: Command, _ message: some ProtoMessage) -> UInt16 {
        // 0 is the number of what servers send by themselves.
        sequence = sequence % 0x7FFF + 1
        var writer = ByteWriter()
        writer.append(command, sequence: sequence, message)
        actions.append(.send(writer.bytes.copied()))
        return sequence
    }
}
