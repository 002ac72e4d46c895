import Membership
import Primitives

/// How far a stream is, and what its sessions come down to. Two that agree hold the same.
public struct StreamState: Equatable, Sendable {
    /// The number of the last change.
    public var seq: UInt64
    /// XOR of the digests of all sessions.
    public var root: UInt64
    /// Sessions.
    public var count: UInt32
}

/// What nodes tell each other. Integers are big endian; each frame starts with its type and the epoch of the origin
/// whose stream it is about, so that nothing of an earlier life is taken for one of this. A core.
enum Frame: Equatable {
    /// Changes of the origin: the first one has the number `base` + 1. They are in `FrameContent`.
    case delta(base: UInt64)
    /// How the origin stands now. `FrameContent` is empty.
    case summary(StreamState)
    /// Digests of the replica, a part of them: where the origin's differ, it sends its buckets.
    case repairRequest(RepairRequest)
    /// The replica continues from here; the contents follow.
    case repairBegin(seq: UInt64)
    /// All that the origin has in some buckets; they are in `FrameContent`.
    case buckets
    /// All that differed has been sent.
    case repairEnd(StreamState)
    /// From a newer version.
    case unknown

    enum Kind: UInt8 {
        case delta = 1
        case summary = 2
        case repairRequest = 3
        case repairBegin = 4
        case buckets = 5
        case repairEnd = 6
    }
}

/// Digests of groups of 64 buckets. All of them are 32 KiB and go in three parts, each of which is answered by itself.
/// A group has a bit for each bucket and the digests of those that hold something: nothing costs 512 bytes, so that a
/// replica without anything asks in the same way.
struct RepairRequest: Equatable {
    static let groupsPerPart = 22

    let isFirst: Bool
    let isLast: Bool
    let firstBucket: Int
    let digests: [UInt64]
}

/// Room for what frames hold many of; used again for each frame.
struct FrameContent {
    struct Bucket: Equatable {
        let index: Int
        let ops: Range<Int>
    }

    private(set) var ops: [SessionOp] = []
    private(set) var buckets: [Bucket] = []

    mutating func clear() {
        ops.removeAll(keepingCapacity: true)
        buckets.removeAll(keepingCapacity: true)
    }

    /// Reads a frame as a whole; `nil` if a part of it is not as it must be, and then nothing of it counts.
    mutating func read(_ bytes: RawSpan, epoch: inout UInt64) -> Frame? {
        clear()
        var reader = ByteReader(bytes)
        guard let type: UInt8 = reader.read() else { return nil }
        guard let kind = Frame.Kind(rawValue: type) else { return .unknown }
        guard let origin: UInt64 = reader.read() else { return nil }
        epoch = origin
        let frame =
            switch kind {
            case .delta: readDelta(&reader)
            case .summary: Self.readState(&reader).map { Frame.summary($0) }
            case .repairRequest: Self.readRequest(&reader)
            case .repairBegin: reader.read(UInt64.self).map { Frame.repairBegin(seq: $0) }
            case .buckets: readBuckets(&reader)
            case .repairEnd: Self.readState(&reader).map { Frame.repairEnd($0) }
            }
        return reader.isAtEnd ? frame : nil
    }

    private mutating func readDelta(_ reader: inout ByteReader) -> Frame? {
        guard let base: UInt64 = reader.read(), let count: UInt16 = reader.read(),
            base <= .max - UInt64(count)
        else { return nil }
        for _ in 0..<count {
            guard let op = SessionOp(reading: &reader) else { return nil }
            ops.append(op)
        }
        return .delta(base: base)
    }

    private static func readState(_ reader: inout ByteReader) -> StreamState? {
        guard let seq: UInt64 = reader.read(), let root: UInt64 = reader.read(),
            let count: UInt32 = reader.read()
        else { return nil }
        return StreamState(seq: seq, root: root, count: count)
    }

    private static func readRequest(_ reader: inout ByteReader) -> Frame? {
        guard let flags: UInt8 = reader.read(), let firstGroup: UInt8 = reader.read(),
            let groupCount: UInt8 = reader.read(),
            Int(firstGroup) + Int(groupCount) <= PresenceLimits.segments / 64
        else { return nil }
        var digests: [UInt64] = []
        digests.reserveCapacity(Int(groupCount) * 64)
        for _ in 0..<groupCount {
            guard let present: UInt64 = reader.read() else { return nil }
            for bit in UInt64(0)..<64 {
                guard present >> bit & 1 != 0 else {
                    digests.append(0)
                    continue
                }
                guard let digest: UInt64 = reader.read() else { return nil }
                digests.append(digest)
            }
        }
        return .repairRequest(
            RepairRequest(
                isFirst: flags & 1 != 0, isLast: flags & 2 != 0, firstBucket: Int(firstGroup) * 64, digests: digests))
    }

    /// Within a bucket keys rise, so none comes twice, and all users are the bucket's.
    private mutating func readBuckets(_ reader: inout ByteReader) -> Frame? {
        guard let bucketCount: UInt16 = reader.read() else { return nil }
        for _ in 0..<bucketCount {
            guard let index: UInt16 = reader.read(), index < PresenceLimits.segments,
                let count: UInt32 = reader.read()
            else { return nil }
            let start = ops.count
            for _ in 0..<count {
                guard let op = SessionOp(reading: &reader), op.content != nil,
                    UserHash(op.user).bucket == Int(index),
                    ops.count == start || ops[ops.count - 1].key < op.key
                else { return nil }
                ops.append(op)
            }
            buckets.append(Bucket(index: Int(index), ops: start..<ops.count))
        }
        return .buckets
    }
}

extension ByteWriter {
    /// Starts a frame about the stream of `origin`.
    mutating func begin(_ kind: Frame.Kind, _ origin: Peer) {
        clear(keeping: 2 * PresenceLimits.frameByteCount)
        append(kind.rawValue)
        append(bigEndian: origin.epoch.rawValue)
    }

    mutating func append(_ state: StreamState) {
        append(bigEndian: state.seq)
        append(bigEndian: state.root)
        append(bigEndian: state.count)
    }

    /// Digests of the groups from `first` on, as many as one part holds; returns the group after them.
    mutating func append(_ digest: borrowing Digest, groupsFrom first: Int) -> Int {
        let groups = PresenceLimits.segments / 64
        let end = min(first + RepairRequest.groupsPerPart, groups)
        append(UInt8(first == 0 ? 1 : 0) | (end == groups ? 2 : 0))
        append(UInt8(truncatingIfNeeded: first))
        append(UInt8(truncatingIfNeeded: end - first))
        for group in first..<end {
            let digests = digest.buckets[group * 64..<group * 64 + 64]
            append(bigEndian: digests.enumerated().reduce(UInt64(0)) { $1.element == 0 ? $0 : $0 | 1 << $1.offset })
            for digest in digests where digest != 0 { append(bigEndian: digest) }
        }
        return end
    }
}
