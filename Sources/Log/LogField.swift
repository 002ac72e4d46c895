import Primitives

/// A named value on a line.
struct LogField: Sendable {
    let name: StaticString
    let value: LogValue

    init(_ name: StaticString, _ value: LogValue) {
        assert(Self.isSnakeCase(name), "field '\(name)' is not lower snake case")
        self.name = name
        self.value = value
    }

    static func isSnakeCase(_ name: StaticString) -> Bool {
        name.description.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
        }
    }
}

extension LogValue {
    /// What JSON appends to the name of the field, since a bare number has no unit.
    var suffix: StaticString {
        switch self {
        case .duration: "_ms"
        case .string, .utf8, .integer, .double, .bool: ""
        }
    }

    func writeJSON(to line: inout ByteWriter) {
        switch self {
        case .string(let text): JSONText.append(text, to: &line)
        case .utf8(let bytes): JSONText.append(String(decoding: bytes, as: UTF8.self), to: &line)
        case .integer(let value): line.append(utf8: "\(value)")
        case .double(let value): line.append(utf8: value.isFinite ? "\(value)" : "null")
        case .bool(let value): line.append(utf8: value ? "true" : "false")
        case .duration(let duration): line.append(utf8: Self.milliseconds(duration))
        }
    }

    func writeText(to line: inout ByteWriter) {
        switch self {
        case .string(let text):
            if !text.isEmpty && text.utf8.count <= JSONText.maximumLength && text.utf8.allSatisfy(Self.isPlain) {
                line.append(utf8: text)
            } else {
                JSONText.append(text, to: &line)
            }
        case .utf8(let bytes): LogValue.string(String(decoding: bytes, as: UTF8.self)).writeText(to: &line)
        case .double(let value): line.append(utf8: "\(value)")
        case .duration(let duration): line.append(utf8: "\(Self.milliseconds(duration))ms")
        case .integer, .bool: writeJSON(to: &line)
        }
    }

    /// Readable without quotes: printable ASCII but for the signs that give a line its form.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte > UInt8(ascii: " ") && byte < 0x7F
            && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "=")
    }

    /// Milliseconds with three digits after the point.
    private static func milliseconds(_ duration: Duration) -> String {
        let microseconds = duration.nanoseconds / 1_000
        let (whole, fraction) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000)
        return "\(microseconds < 0 ? "-" : "")\(whole).\(padded(Int(fraction), to: 3))"
    }
}
