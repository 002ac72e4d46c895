import Primitives

/// Frames that are not repeated: gone when their connection is. Bounded; what happens at the bound is the caller's
/// choice by delivery class.
struct LooseQueue: ~Copyable {
    private static let keptBytes = 64 << 10

    private var bytes = ByteWriter(capacity: 256)
    private var start = 0
    /// Hints that had to make room.
    private(set) var dropped = 0

    var byteCount: Int { bytes.count - start }
    var isEmpty: Bool { byteCount == 0 }
    /// Memory in use.
    var heldByteCount: Int { bytes.count }

    private var firstByteCount: Int? {
        var reader = ByteReader(bytes.bytes.extracting(droppingFirst: start))
        return BusFrame(reading: &reader)?.byteCount
    }

    mutating func append(_ kind: BusFrame.Kind, _ topic: Topic, key: UInt64, _ body: RawSpan) {
        BusFrame.write(kind, topic: topic, key: key, body: body, into: &bytes)
    }

    /// Makes room for `needed` bytes under `limit` by forgetting the oldest frames.
    mutating func dropOldest(for needed: Int, limit: Int) {
        while byteCount + needed > limit, let length = firstByteCount {
            start += length
            dropped += 1
        }
        if isEmpty { clear() } else { compact() }
    }

    /// Moves whole frames, up to some `limit` bytes but at least one.
    mutating func take(limit: Int, into writer: inout ByteWriter) {
        let begin = start
        while start - begin < limit, let length = firstByteCount { start += length }
        writer.append(bytes.bytes.extracting(begin..<start))
        if isEmpty { clear() } else { compact() }
    }

    /// What has gone must not be kept because something always waits.
    private mutating func compact() {
        guard start >= Self.keptBytes, start >= byteCount else { return }
        var rest = ByteWriter(capacity: max(byteCount, 256))
        rest.append(bytes.bytes.extracting(droppingFirst: start))
        bytes = rest
        start = 0
    }

    mutating func clear() {
        bytes.clear(keeping: Self.keptBytes)
        start = 0
    }
}
