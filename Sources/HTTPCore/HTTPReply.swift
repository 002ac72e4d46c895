/// A whole response, as a client reads it that asked with `Connection: close`: everything up to the end.
public struct HTTPReply: Equatable, Sendable {
    public let status: Int
    public let body: [UInt8]
    private let fields: [Field]

    private struct Field: Equatable {
        let name: String
        let value: String
    }

    private static let lineEnd = Array("\r\n".utf8)
    private static let headEnd = Array("\r\n\r\n".utf8)

    /// `nil` for what is no response or only a part of one.
    public init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstRange(of: Self.headEnd) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { return nil }
        var body = Array(bytes[end.upperBound...])
        var fields: [Field] = []
        for line in lines.dropFirst() {
            let field = line.split(separator: ":", maxSplits: 1)
            guard let name = field.first, field.count == 2 else { return nil }
            switch name.lowercased() {
            case "content-length": guard Int(field[1].filter { $0 != " " }) == body.count else { return nil }
            case "transfer-encoding":
                guard field[1].filter({ $0 != " " }).lowercased() == "chunked", let whole = Self.joined(body[...])
                else { return nil }
                body = whole
            default: break
            }
            fields.append(Field(name: name.lowercased(), value: String(field[1].drop { $0 == " " })))
        }
        self.status = status
        self.body = body
        self.fields = fields
    }

    /// What stands in chunks (RFC 9112, section 7.1); `nil`: the last of them is not there.
    private static func joined(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var (rest, whole) = (bytes, [UInt8]())
        while let end = rest.firstRange(of: lineEnd) {
            let digits = rest[..<end.lowerBound].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
            guard let count = Int(String(decoding: digits, as: UTF8.self), radix: 16), count >= 0 else { return nil }
            if count == 0 { return whole }
            rest = rest[end.upperBound...]
            guard rest.count - lineEnd.count >= count else { return nil }
            whole += rest.prefix(count)
            rest = rest.dropFirst(count)
            guard rest.starts(with: lineEnd) else { return nil }
            rest = rest.dropFirst(lineEnd.count)
        }
        return nil
    }

    /// The first value of a field; `name` in lower case.
    public func field(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }
}
