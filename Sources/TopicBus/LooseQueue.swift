import Primitives

/// Frames that are not repeated: gone when their connection is. Bounded; what happens at the bound is the caller's
/// choice by delivery class.
struct LooseQueue: ~Copyable {
    private var bytes = ByteWriter(capacity: 256)
    private var start = 0
    private(set) var dropped = 0

    var byteCount: Int { bytes.count - start }
    var isEmpty: Bool { byteCount == 0 }

    private var firstByteCount: Int? { BusFrame(bytes.bytes.extracting(droppingFirst: start))?.byteCount }

    mutating func append(_ kind: BusFrame.Kind, _ topic: Topic, key: UInt64, _ body: RawSpan) {
        BusFrame.write(kind, topic: topic, key: key, body: body, into: &bytes)
    }

    /// Makes room for `needed` bytes under `limit` by forgetting the oldest frames.
    mutating func dropOldest(for needed: Int, limit: Int) {
        while byteCount + needed > limit, let length = firstByteCount {
            start += length
            dropped += 1
        }
        if isEmpty { clear() }
    }

    /// Moves whole frames, up to some `limit` bytes but at least one.
    mutating func take(limit: Int, into writer: inout ByteWriter) {
        let begin = start
        while start - begin < limit, let length = firstByteCount { start += length }
        writer.append(bytes.bytes.extracting(begin..<start))
        if isEmpty { clear() }
    }

    mutating func clear() {
        bytes.clear(keeping: 64 << 10)
        start = 0
    }
}
