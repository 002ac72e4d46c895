import Primitives
import Protobuf
import Testing

@Suite struct RoundTripTests {
    @Test func encodingIsExact() {
        let sample = Sample(
            id: 300, name: "hé", color: .blue, stamp: 1 << 40, numbers: [0, 1 << 31],
            inner: Sample.Inner(first: 1, second: 0, color: .red), inners: [Sample.Inner(color: .blue)])
        #expect(
            sample.encoded == [
                0x08, 0xAC, 0x02, 0x12, 0x03, 0x68, 0xC3, 0xA9, 0x18, 0x02,
                0x20, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x28, 0x00, 0x28, 0x80, 0x80, 0x80, 0x80, 0x08,
                0x32, 0x06, 0x08, 0x01, 0x10, 0x00, 0x18, 0x01, 0x3A, 0x06, 0x08, 0x00, 0x10, 0x00, 0x18, 0x02,
            ])
    }

    @Test func sizesAreExactAtEveryVarintLength() {
        for shift in 0..<64 {
            for value in [UInt64(1) << shift, (UInt64(1) << shift) - 1, ~(UInt64(1) << shift)] {
                var writer = ByteWriter()
                writer.append(varint: value)
                #expect(writer.count == ProtoSize.varint(value), "\(value)")
            }
        }
        var writer = ByteWriter()
        writer.append(field: 0x1FFF_FFFF, varint: UInt32.max)
        #expect(writer.count == ProtoSize.field(0x1FFF_FFFF, varint: UInt32.max))
    }

    @Test func randomMessagesComeBack() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededRandom(seed: seed)
        for round in 0..<2_000 {
            let sample = Sample.random(using: &random)
            let bytes = sample.encoded
            #expect(bytes.count == sample.byteCount, "seed \(seed) round \(round)")
            #expect(try Sample(bytes) == sample, "seed \(seed) round \(round)")
        }
    }

    /// B40: a cut or damaged message is an error or another message, never a trap.
    @Test func damageIsSurvived() {
        let seed = UInt64.random(in: 0...(.max))
        print("damageIsSurvived: seed \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<50 {
            let bytes = Sample.random(using: &random).encoded
            for length in 0..<bytes.count { _ = try? Sample([UInt8](bytes.prefix(length))) }
            for _ in 0..<50 {
                var damaged = bytes
                damaged[Int.random(in: damaged.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                _ = try? Sample(damaged)
            }
        }
    }
}

extension Sample {
    fileprivate static func random(using random: inout SeededRandom) -> Sample {
        func number() -> UInt64 { random.next() >> UInt64.random(in: 0..<64, using: &random) }
        func inner() -> Inner {
            Inner(
                first: UInt32(truncatingIfNeeded: number()), second: UInt32(truncatingIfNeeded: number()),
                color: Bool.random(using: &random) ? .red : .blue)
        }
        func few() -> Range<Int> { 0..<Int.random(in: 0...3, using: &random) }
        return Sample(
            id: UInt32(truncatingIfNeeded: number()),
            name: String(repeating: "né😀", count: Int.random(in: 0...60, using: &random)),
            color: Bool.random(using: &random) ? .red : .blue,
            stamp: Bool.random(using: &random) ? number() : nil,
            numbers: few().map { _ in UInt32(truncatingIfNeeded: number()) },
            inner: Bool.random(using: &random) ? inner() : nil,
            inners: few().map { _ in inner() })
    }
}
