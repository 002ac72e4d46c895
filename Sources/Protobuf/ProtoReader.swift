import Primitives

/// A cursor over the binary form of one message (proto2, https://protobuf.dev/programming-guides/encoding).
///
/// Made for bytes of strangers: no input traps, recurses deeper than `depthLimit`, or makes it allocate more than a
/// small multiple of the bytes that are really there. Decoding is a loop over `nextTag()` and a switch over whole
/// tags, so a known field with a wire type it should not have falls to `skip`, like an unknown field:
///
///     while let tag = try reader.nextTag() {
///         switch tag {
///         case 0x08: userID = try reader.uint32()
///         default: try reader.skip(tag)
///         }
///     }
public struct ProtoReader: ~Escapable {
    /// Messages and groups inside each other. Ours need 3; more is an attempt on the stack.
    public static let depthLimit = 8

    private let bytes: RawSpan
    private var offset = 0
    private let depth: Int

    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.init(bytes, depth: 0)
    }

    @_lifetime(copy bytes)
    private init(_ bytes: RawSpan, depth: Int) {
        self.bytes = bytes
        self.depth = depth
    }

    public var isAtEnd: Bool { offset == bytes.byteCount }

    /// The tag of the next field, or `nil` at the end of the message.
    public mutating func nextTag() throws(ProtoError) -> UInt32? {
        if isAtEnd { return nil }
        let raw = try varint()
        guard let tag = UInt32(exactly: raw), tag >> 3 != 0, WireType(rawValue: tag & 7) != nil else {
            throw .invalidTag
        }
        return tag
    }

    /// Steps over the value behind `tag`; a whole group if one begins there.
    public mutating func skip(_ tag: UInt32) throws(ProtoError) {
        try skip(tag, depth: depth)
    }
}

// MARK: - Scalars

extension ProtoReader {
    /// Up to ten bytes; bits above the 64th are dropped, as every implementation does.
    public mutating func varint() throws(ProtoError) -> UInt64 {
        // Tags, lengths and small numbers are one byte long.
        guard let byte = bytes.byte(at: offset) else { throw .truncated }
        offset &+= 1
        return byte < 0x80 ? UInt64(byte) : try longVarint(first: byte)
    }

    private mutating func longVarint(first: UInt8) throws(ProtoError) -> UInt64 {
        var value = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while shift < 70 {
            guard let byte = bytes.byte(at: offset) else { throw .truncated }
            offset &+= 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
        throw .overlongVarint
    }

    /// The low 32 bits of a varint.
    public mutating func uint32() throws(ProtoError) -> UInt32 {
        UInt32(truncatingIfNeeded: try varint())
    }

    public mutating func fixed32() throws(ProtoError) -> UInt32 {
        guard let value = bytes.bigEndian(at: offset, as: UInt32.self) else { throw .truncated }
        offset &+= 4
        return value.byteSwapped
    }

    public mutating func fixed64() throws(ProtoError) -> UInt64 {
        guard let value = bytes.bigEndian(at: offset, as: UInt64.self) else { throw .truncated }
        offset &+= 8
        return value.byteSwapped
    }

    /// The value, or `nil` if the enum does not declare it: proto2 treats that as an unknown field.
    public mutating func enumeration<Value: RawRepresentable<UInt32>>() throws(ProtoError) -> Value? {
        Value(rawValue: try uint32())
    }
}

// MARK: - Length-delimited values

extension ProtoReader {
    /// The place of the next length-delimited value in the bytes of this message, for readers that copy nothing.
    public mutating func range() throws(ProtoError) -> Range<Int> {
        let length = try varint()
        guard length <= UInt64(bytes.byteCount &- offset) else { throw .truncated }
        let start = offset
        offset &+= Int(length)
        return start..<offset
    }

    public mutating func byteArray() throws(ProtoError) -> [UInt8] {
        bytes.extracting(try range()).copied()
    }

    public mutating func string() throws(ProtoError) -> String {
        guard let text = bytes.extracting(try range()).validatedString() else { throw .invalidUTF8 }
        return text
    }

    /// An element of a repeated message field.
    public mutating func message<Message: ProtoMessage>() throws(ProtoError) -> Message {
        try decode(bytes.extracting(try range()))
    }

    /// A packed run of a repeated `uint32` field.
    public mutating func packed(into values: inout [UInt32]) throws(ProtoError) {
        var run = ProtoReader(bytes.extracting(try range()), depth: depth)
        while !run.isAtEnd { values.append(try run.uint32()) }
    }

    /// Notes an occurrence of a singular message field; `merged` decodes it when all have been seen.
    public mutating func collect(_ field: inout SingularMessage) throws(ProtoError) {
        let occurrence = try range()
        guard let first = field.first else {
            field.first = occurrence
            return
        }
        if field.joined == nil { field.joined = bytes.extracting(first).copied() }
        field.joined?.append(contentsOf: bytes.extracting(occurrence).copied())
    }

    /// The merge of all occurrences of a singular message field, or `nil` if there was none.
    public func merged<Message: ProtoMessage>(_ field: SingularMessage) throws(ProtoError) -> Message? {
        if let joined = field.joined { return try decode(joined.rawBytes) }
        guard let first = field.first else { return nil }
        return try decode(bytes.extracting(first))
    }

    private func decode<Message: ProtoMessage>(_ body: RawSpan) throws(ProtoError) -> Message {
        guard depth < Self.depthLimit else { throw .tooDeep }
        var reader = ProtoReader(body, depth: depth &+ 1)
        return try Message(reading: &reader)
    }
}

/// The occurrences of one singular message field.
///
/// A message may carry such a field several times; the value is then the merge of all of them, which the encoding
/// defines as what their concatenation decodes to. So they are joined before they are decoded. The usual single
/// occurrence is decoded in place.
public struct SingularMessage {
    fileprivate var first: Range<Int>?
    fileprivate var joined: [UInt8]?

    public init() {}
}

// MARK: - Skipping

extension ProtoReader {
    private mutating func skip(_ tag: UInt32, depth: Int) throws(ProtoError) {
        switch WireType(rawValue: tag & 7) {
        case .varint: _ = try varint()
        case .fixed64: _ = try fixed64()
        case .fixed32: _ = try fixed32()
        case .lengthDelimited: _ = try range()
        case .groupStart: try skipGroup(tag >> 3, depth: depth &+ 1)
        case .groupEnd: throw .unbalancedGroup
        case nil: throw .invalidTag
        }
    }

    private mutating func skipGroup(_ number: UInt32, depth: Int) throws(ProtoError) {
        guard depth <= Self.depthLimit else { throw .tooDeep }
        let end = WireType.groupEnd.tag(number)
        while let tag = try nextTag() {
            if tag == end { return }
            try skip(tag, depth: depth)
        }
        throw .truncated
    }
}
