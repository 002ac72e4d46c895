/// `method SP target SP version`, one space each (RFC 9112, section 3).
struct HTTPRequestLine {
    let method: HTTPMethod
    let target: HTTPTarget
    let version: HTTPVersion

    init(_ line: [UInt8]) throws(HTTPRefusal) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        // Two parts are a request of HTTP/0.9, which has no head to end.
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(\.isToken) else { throw .badRequestLine }
        version = try HTTPVersion(parts[2])
        guard parts[0].count <= HTTPMethod.maximumLength else { throw .unknownMethod }
        method = HTTPMethod(rawValue: String(decoding: parts[0], as: UTF8.self))
        guard method != .connect else { throw .unknownMethod }
        target = try HTTPTarget(parts[1], isOptions: method == .options)
    }
}

public enum HTTPVersion: Sendable {
    case http10
    case http11

    /// A later minor version of 1 is spoken to as 1.1 (RFC 9110, section 2.5). The preface of HTTP/2 looks like a
    /// request of version 2.0 and is refused here.
    init(_ text: ArraySlice<UInt8>) throws(HTTPRefusal) {
        let bytes = Array(text)
        guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), bytes[5].isDigit, bytes[6] == UInt8(ascii: "."),
            bytes[7].isDigit
        else { throw .badRequestLine }
        guard bytes[5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
        self = bytes[7] == UInt8(ascii: "0") ? .http10 : .http11
    }
}
