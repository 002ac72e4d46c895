import DBProxy
import Primitives
import TalkProtocol

/// The messages that this node acknowledged lately, to be put back if the database loses them: one whose disk was set
/// back, or a standby that took over without the last commits.
///
/// Bounded in time and bytes, the oldest go first. A core.
struct KeptMessages {
    /// Some that were kept one after the other.
    final class Chunk {
        static let maxMessages = 256
        static let maxBytes = 256 << 10

        private(set) var messages: [KeptMessage] = []
        private(set) var keys: [SendKey] = []
        private var ends: [Int] = []
        private let bodies = ScratchWriter()
        private(set) var lastAdded = Instant.never

        var isFull: Bool { messages.count >= Self.maxMessages || bodies.writer.count >= Self.maxBytes }
        /// As they count for the bound.
        var byteCount: Int { bodies.writer.count + messages.count * Chunk.entryBytes }

        private static let entryBytes = MemoryLayout<KeptMessage>.stride + SendKey.byteCount + MemoryLayout<Int>.stride

        func add(_ message: KeptMessage, key: SendKey, body: RawSpan, at now: Instant) {
            messages.append(message)
            keys.append(key)
            bodies.writer.append(body)
            ends.append(bodies.writer.count)
            lastAdded = now
        }

        func writeBody(_ index: Int, into writer: inout ByteWriter) {
            let bodies = bodies
            writer.append(bodies.writer.bytes.extracting((index == 0 ? 0 : ends[index - 1])..<ends[index]))
        }
    }

    private let lifetime: Duration
    private let maxBytes: Int
    private(set) var chunks = Fifo<Chunk>()
    private var fullBytes = 0

    init(lifetime: Duration, maxBytes: Int) {
        self.lifetime = lifetime
        self.maxBytes = maxBytes
    }

    var byteCount: Int { fullBytes + (chunks.isEmpty ? 0 : chunks[chunks.count - 1].byteCount) }

    mutating func keep(_ message: KeptMessage, key: SendKey, body: RawSpan, at now: Instant) {
        if chunks.isEmpty || chunks[chunks.count - 1].isFull {
            fullBytes = byteCount
            chunks.append(Chunk())
        }
        chunks[chunks.count - 1].add(message, key: key, body: body, at: now)
        while byteCount > maxBytes, chunks.count > 1 { dropFirst() }
    }

    /// To be called now and then.
    mutating func forgetOld(at now: Instant) {
        while let first = chunks.first, now - first.lastAdded >= lifetime { dropFirst() }
    }

    /// For tests: what is not as it must be between two calls, if anything.
    func checkInvariants() -> String? {
        var bytes = 0
        for index in 0..<chunks.count { bytes += chunks[index].byteCount }
        return bytes == byteCount ? nil : "\(bytes) bytes are kept, \(byteCount) are counted"
    }

    private mutating func dropFirst() {
        let isLast = chunks.count == 1
        guard let first = chunks.popFirst() else { return }
        fullBytes = isLast ? 0 : fullBytes - first.byteCount
    }
}
