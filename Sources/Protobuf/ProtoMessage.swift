public import Primitives

/// A message that can be read from and written to the proto2 binary form.
///
/// Required fields follow what the deployed clients do: they are always written, also when zero, because old clients
/// refuse a message that lacks one; when read, an absent number, string or bytes field is zero or empty, because
/// clients built on proto3 leave zeros out. An absent enum or message has no such reading and is an error.
public protocol ProtoMessage: Equatable, Sendable {
    /// Reads up to the end of `reader`. Unknown fields are dropped.
    init(reading reader: inout ProtoReader) throws(ProtoError)

    /// How many bytes `write(into:)` appends: a message is preceded by its length, so that must be known before.
    var byteCount: Int { get }

    func write(into writer: inout ByteWriter)
}

extension ProtoMessage {
    public init(reading bytes: RawSpan) throws(ProtoError) {
        var reader = ProtoReader(bytes)
        try self.init(reading: &reader)
    }
}
