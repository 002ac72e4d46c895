/// A JSON value, to be written or read.
public enum JSON: Sendable {
    case null
    case bool(Bool)
    case number(Int)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    /// The text as UTF-8, without white space.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        write(into: &writer)
        return writer.bytes.copied()
    }

    private func write(into writer: inout ByteWriter) {
        switch self {
        case .null: writer.append(utf8: "null" as StaticString)
        case .bool(let value): writer.append(utf8: value ? "true" : "false" as StaticString)
        case .number(let value): writer.append(utf8: String(value))
        case .string(let text): Self.write(text, into: &writer)
        case .array(let items):
            writer.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { writer.append(UInt8(ascii: ",")) }
                item.write(into: &writer)
            }
            writer.append(UInt8(ascii: "]"))
        case .object(let members):
            writer.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { writer.append(UInt8(ascii: ",")) }
                Self.write(member.0, into: &writer)
                writer.append(UInt8(ascii: ":"))
                member.1.write(into: &writer)
            }
            writer.append(UInt8(ascii: "}"))
        }
    }

    /// RFC 8259, section 7: quotation mark, reverse solidus and control characters are escaped.
    private static func write(_ text: String, into writer: inout ByteWriter) {
        writer.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                writer.append(UInt8(ascii: "\\"))
                writer.append(byte)
            case 0..<0x20:
                let hex = String(byte, radix: 16)
                writer.append(utf8: "\\u00" + (hex.utf8.count == 1 ? "0" : "") + hex)
            default:
                writer.append(byte)
            }
        }
        writer.append(UInt8(ascii: "\""))
    }
}
