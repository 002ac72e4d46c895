/// A whole response, as a client reads it that asked with `Connection: close`: everything up to the end.
public struct HTTPReply: Equatable, Sendable {
    public let status: Int
    public let body: [UInt8]
    private let fields: [Field]

    private struct Field: Equatable {
        let name: String
        let value: String
    }

    private static let headEnd = Array("\r\n\r\n".utf8)

    /// `nil` for what is no response or only a part of one, and for one in chunks (RFC 9112, 7.1), which nobody sends
    /// whom we ask.
    public init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstRange(of: Self.headEnd) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { return nil }
        let body = Array(bytes[end.upperBound...])
        var fields: [Field] = []
        for line in lines.dropFirst() {
            let field = line.split(separator: ":", maxSplits: 1)
            guard let name = field.first, field.count == 2 else { return nil }
            switch name.lowercased() {
            case "content-length": guard Int(field[1].filter { $0 != " " }) == body.count else { return nil }
            case "transfer-encoding": return nil
            default: break
            }
            fields.append(Field(name: name.lowercased(), value: String(field[1].drop { $0 == " " })))
        }
        self.status = status
        self.body = body
        self.fields = fields
    }

    /// The first value of a field; `name` in lower case.
    public func field(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }
}
