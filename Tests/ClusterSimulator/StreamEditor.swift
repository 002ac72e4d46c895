import Primitives

/// Reads and rewrites the frames of plain streams between two nodes.
///
/// The format is written down here a second time, so that a change of it does not go unnoticed: u32 length of the
/// record, u32 low half of its `mix64`; then frames of u32 body length, u8 kind, u8 zero, u16 topic, u64 sequence, u64
/// key, body.
public final class StreamEditor {
    public struct Frame {
        public static let message: UInt8 = 1
        public static let ack: UInt8 = 2

        public var kind: UInt8
        public var topic: UInt16
        public var sequence: UInt64
        public var key: UInt64
        public var body: [UInt8]

        public init(kind: UInt8, topic: UInt16 = 0, sequence: UInt64 = 0, key: UInt64 = 0, body: [UInt8] = []) {
            self.kind = kind
            self.topic = topic
            self.sequence = sequence
            self.key = key
            self.body = body
        }

        public var isPresence: Bool { kind == Self.message && topic == 1 }
    }

    /// Each side says a hello of 70 bytes and a proof of 32 first.
    private static let handshakeByteCount = 102
    private var seen: [StreamPlace: Int] = [:]
    private let edit: ([Frame], StreamPlace) -> [Frame]

    /// - Parameter edit: gets the frames of one record; what it returns travels instead.
    public init(_ edit: @escaping ([Frame], StreamPlace) -> [Frame]) {
        self.edit = edit
    }

    public func callAsFunction(_ bytes: [UInt8], _ place: StreamPlace) -> [UInt8] {
        let before = seen[place] ?? 0
        seen[place] = before + bytes.count
        let greeting = min(bytes.count, max(0, Self.handshakeByteCount - before))
        guard bytes.count > greeting else { return bytes }
        var writer = ByteWriter(capacity: bytes.count)
        writer.append(Array(bytes[..<greeting]))
        var rest = Array(bytes[greeting...])
        while let length = rest.rawBytes.bigEndian(at: 0, as: UInt32.self).map(Int.init) {
            let frames = Self.frames(Array(rest[8..<(8 + length)]))
            let record = Self.bytes(edit(frames, place))
            if !record.isEmpty {
                writer.append(bigEndian: UInt32(record.count))
                writer.append(bigEndian: UInt32(truncatingIfNeeded: mix64(UInt64(record.count))))
                writer.append(record)
            }
            rest = Array(rest[(8 + length)...])
        }
        return writer.bytes.copied()
    }

    private static func frames(_ bytes: [UInt8]) -> [Frame] {
        var frames: [Frame] = []
        var place = 0
        while let header = bytes.rawBytes.slice(place..<place + 24),
            let length = header.bigEndian(at: 0, as: UInt32.self),
            let kind = header.byte(at: 4), let topic = header.bigEndian(at: 6, as: UInt16.self),
            let sequence = header.bigEndian(at: 8, as: UInt64.self), let key = header.bigEndian(at: 16, as: UInt64.self)
        {
            let end = place + 24 + Int(length)
            frames.append(
                Frame(kind: kind, topic: topic, sequence: sequence, key: key, body: Array(bytes[(place + 24)..<end])))
            place = end
        }
        return frames
    }

    private static func bytes(_ frames: [Frame]) -> [UInt8] {
        var writer = ByteWriter(capacity: 256)
        for frame in frames {
            writer.append(bigEndian: UInt32(frame.body.count))
            writer.append(frame.kind)
            writer.append(0)
            writer.append(bigEndian: frame.topic)
            writer.append(bigEndian: frame.sequence)
            writer.append(bigEndian: frame.key)
            writer.append(frame.body)
        }
        return writer.bytes.copied()
    }
}
