import HTTPCore
import Primitives

/// What names a request in its answer, in the log and in the audit: the client's own name for it, or one of ours.
enum RequestID {
    private static let lengths = 1...64

    static func of(_ request: HTTPRequest?) -> String {
        guard let given = request?.headers["x-request-id"], lengths.contains(given.utf8.count),
            given.utf8.allSatisfy(isPlain)
        else { return made() }
        return given
    }

    /// Unlikely to meet a second time; nobody has to fail at guessing it.
    private static func made() -> String {
        padded(UInt64.random(in: .min ... .max)) + padded(UInt64.random(in: .min ... .max))
    }

    private static func padded(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) || "0123456789-_.".utf8.contains(byte)
    }
}
