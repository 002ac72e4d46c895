import Primitives
import Protobuf
import Testing

/// The least a `Sample` needs: its required enum.
private let color: [UInt8] = [0x18, 0x01]

@Suite struct ProtoReaderTests {
    @Test(arguments: [
        ([0x00], 0), ([0x01], 1), ([0x7F], 127), ([0x80, 0x01], 128), ([0xAC, 0x02], 300), ([0x80, 0x80, 0x00], 0),
        ([0xFF, 0xFF, 0xFF, 0xFF, 0x0F], 0xFFFF_FFFF),
        ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], UInt64.max),
        ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], UInt64.max),
    ] as [([UInt8], UInt64)])
    func varints(_ bytes: [UInt8], _ value: UInt64) throws {
        #expect(try Sample(color + [0x20] + bytes).stamp == value)
    }

    /// B32.
    @Test func anOverlongVarintIsAnError() {
        let eleven = [UInt8](repeating: 0x80, count: 10) + [0x00]
        #expect(throws: ProtoError.overlongVarint) { try Sample(color + [0x20] + eleven) }
        #expect(throws: ProtoError.overlongVarint) { try Sample(color + eleven) }
        #expect(throws: ProtoError.overlongVarint) { try Sample(color + [0x50] + eleven) }
    }

    /// B32.
    @Test func a32BitFieldKeepsTheLowBits() throws {
        #expect(try Sample(color + [0x08, 0x85, 0x80, 0x80, 0x80, 0x10]).id == 5)
        #expect(try Sample([0x18, 0x82, 0x80, 0x80, 0x80, 0x10]).color == .blue)
    }

    /// B31: the value under the wrong wire type is no value.
    @Test func aKnownFieldWithAnotherWireTypeIsUnknown() throws {
        let sample = try Sample(color + [0x0A, 0x01, 0x07] + [0x0D, 1, 0, 0, 0] + [0x09, 1, 0, 0, 0, 0, 0, 0, 0])
        #expect(sample.id == 0)
        #expect(throws: ProtoError.missing(field: 3)) { try Sample([0x1A, 0x01, 0x01]) }
    }

    /// B33: nothing is allocated for a length that cannot be true.
    @Test(arguments: [
        [0x12, 0x05, 0x61], [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
        [0x12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        [0x52, 0x05, 0x61], [0x2A, 0x02, 0x01], [0x32, 0x7F], [0x3A, 0x01], [0x51, 1, 2, 3], [0x55, 1, 2], [0x18],
        [0x88],
    ] as [[UInt8]])
    func whatEndsTooSoonIsTruncated(_ tail: [UInt8]) {
        #expect(throws: ProtoError.truncated) { try Sample(color + tail) }
    }

    /// B34.
    @Test func groupsAreSkippedWhenTheyBalance() throws {
        let nested: [UInt8] = [0x53, 0x5B, 0x61, 1, 2, 3, 4, 5, 6, 7, 8, 0x5C, 0x08, 0x63, 0x54]
        #expect(try Sample(color + nested + [0x08, 0x07]).id == 7)
        #expect(throws: ProtoError.unbalancedGroup) { try Sample(color + [0x54]) }
        #expect(throws: ProtoError.unbalancedGroup) { try Sample(color + [0x53, 0x5C]) }
        #expect(throws: ProtoError.truncated) { try Sample(color + [0x53]) }
    }

    /// B34: the stack does not follow the input down.
    @Test func nestingIsLimited() throws {
        #expect(try Chain(Chain(depth: 8).encoded) == Chain(depth: 8))
        #expect(throws: ProtoError.tooDeep) { try Chain(Chain(depth: 9).encoded) }
        #expect(throws: ProtoError.tooDeep) { try Chain(Chain(depth: 500).encoded) }
        let deep = [UInt8](repeating: 0x53, count: 10_000) + [UInt8](repeating: 0x54, count: 10_000)
        #expect(throws: ProtoError.tooDeep) { try Sample(color + deep) }
    }

    /// B35.
    @Test(arguments: [
        [0x00, 0x01], [0x02, 0x00], [0x03, 0x04], [0x80, 0x00], [0x0E], [0x0F], [0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        [0x88, 0x80, 0x80, 0x80, 0x10, 0x01],
    ] as [[UInt8]])
    func impossibleTagsAreErrors(_ tail: [UInt8]) {
        #expect(throws: ProtoError.invalidTag) { try Sample(color + tail) }
    }

    /// B35.
    @Test func halfAMillionUnknownFieldsAreDropped() throws {
        let unknown = [UInt8]((0..<500_000).map { _ in [0x50, 0x01] as [UInt8] }.joined())
        #expect(try Sample(unknown + color).encoded == Sample().encoded)
    }

    /// B35.
    @Test func theLastOfSeveralScalarsWins() throws {
        let sample = try Sample([0x18, 2, 0x08, 1, 0x12, 1, 0x61, 0x18, 1, 0x12, 1, 0x62, 0x08, 2, 0x18, 9])
        #expect(sample == Sample(id: 2, name: "b", color: .red))
    }

    /// The merge of messages is what their concatenation decodes to, also when no single one is complete.
    @Test func severalOccurrencesOfAMessageMerge() throws {
        let merged = try Sample(
            color + [0x32, 4, 0x08, 1, 0x10, 5] + [0x32, 2, 0x08, 2] + [0x32, 0] + [0x32, 2, 0x18, 2])
        #expect(merged.inner == Sample.Inner(first: 2, second: 5, color: .blue))
        #expect(throws: ProtoError.missing(field: 3)) { try Sample(color + [0x32, 2, 0x08, 1, 0x32, 0]) }
    }

    /// B35.
    @Test func packedAndUnpackedMix() throws {
        let sample = try Sample(color + [0x28, 1, 0x2A, 3, 2, 0x83, 0x00, 0x2A, 0, 0x28, 4])
        #expect(sample.numbers == [1, 2, 3, 4])
    }

    /// B38: a stray continuation, an overlong slash, a surrogate, a code point above U+10FFFF, a cut sequence.
    @Test(arguments: [
        [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE4, 0xBD], [0x61, 0xFF],
    ] as [[UInt8]])
    func invalidUTF8IsAnError(_ text: [UInt8]) {
        #expect(throws: ProtoError.invalidUTF8) { try Sample(color + [0x12, UInt8(text.count)] + text) }
    }

    /// B38: odd text is text, and comes back as the same bytes.
    @Test(arguments: [
        "", "\u{FEFF}bom", "\u{202E}rtl", "e" + String(repeating: "\u{0301}", count: 10_000), "nul\0", "😀", "你好",
    ])
    func validOdditiesAreKept(_ text: String) throws {
        let sample = Sample(name: text)
        let copy = try Sample(sample.encoded)
        #expect(copy.encoded == sample.encoded)
        #expect([UInt8](copy.name.utf8) == [UInt8](text.utf8))
    }

    /// B37, B39: an absent number is zero, an absent or undeclared enum is an error.
    @Test func requiredFields() throws {
        #expect(try Sample(color) == Sample())
        #expect(throws: ProtoError.missing(field: 3)) { try Sample([]) }
        #expect(throws: ProtoError.missing(field: 3)) { try Sample([0x18, 0x00]) }
        #expect(throws: ProtoError.missing(field: 3)) { try Sample([0x18, 0x63]) }
    }
}
