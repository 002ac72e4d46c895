/// Lengths of fields in the proto2 binary form, in bytes: what `ByteWriter` appends for the same arguments.
public enum ProtoSize {
    /// Seven bits to a byte; zero takes one.
    public static func varint(_ value: UInt64) -> Int {
        (UInt64.bitWidth &- (value | 1).leadingZeroBitCount &+ 6) / 7
    }

    public static func field(_ number: UInt32, varint value: UInt64) -> Int {
        tag(number) &+ varint(value)
    }

    public static func field(_ number: UInt32, varint value: UInt32) -> Int {
        field(number, varint: UInt64(value))
    }

    /// A length-delimited field whose content takes `byteCount` bytes.
    public static func field(_ number: UInt32, byteCount: Int) -> Int {
        tag(number) &+ varint(UInt64(byteCount)) &+ byteCount
    }

    public static func field(_ number: UInt32, bytes: [UInt8]) -> Int {
        field(number, byteCount: bytes.count)
    }

    public static func field(_ number: UInt32, string text: String) -> Int {
        field(number, byteCount: text.utf8.count)
    }

    public static func field(_ number: UInt32, message: some ProtoMessage) -> Int {
        field(number, byteCount: message.byteCount)
    }

    private static func tag(_ number: UInt32) -> Int {
        varint(UInt64(number) << 3)
    }
}
