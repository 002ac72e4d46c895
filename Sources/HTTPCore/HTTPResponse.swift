import Primitives

/// An answer. Framing (`Content-Length`, `Connection`, `Date`) is not its business but the connection's.
public struct HTTPResponse: Equatable, Sendable {
    struct Field: Equatable {
        let name: String
        let value: String
    }

    public let status: HTTPStatus
    public private(set) var body: [UInt8]
    private(set) var fields: [Field] = []

    /// - Parameters:
    ///   - type: media type of the body.
    public init(_ status: HTTPStatus, type: StaticString? = nil, body: [UInt8] = []) {
        self.status = status
        self.body = body
        if let type { set("Content-Type", type) }
    }

    public init(_ status: HTTPStatus, text: String) {
        self.init(status, type: "text/plain; charset=utf-8", body: Array(text.utf8))
    }

    /// Gives content to an answer that has none.
    public mutating func fill(type: StaticString, body: [UInt8]) {
        self.body = body
        set("Content-Type", type)
    }

    /// Sets a field to a value that the source code holds.
    public mutating func set(_ name: StaticString, _ value: StaticString) {
        let isSet = replace(name, value.description)
        precondition(isSet, "'\(value)' cannot be a field value")
    }

    /// Sets a field to a value made at run time. Whatever could end the line would begin a field, or an answer, of
    /// the attacker's choice.
    public mutating func set(_ name: StaticString, to value: String) throws(HTTPFieldError) {
        guard replace(name, value) else { throw .controlByte(field: name.description) }
    }

    private mutating func replace(_ name: StaticString, _ value: String) -> Bool {
        let name = name.description
        // Names stand in the source code: what is wrong with one does not wait for a user.
        assert(!name.isEmpty && name.utf8.allSatisfy(\.isToken), "'\(name)' cannot be the name of a field")
        assert(!Self.reserved.contains { name.utf8.equalsIgnoringCase($0.utf8) }, "\(name) is set by the core")
        guard !value.utf8.contains(where: \.isControl) else { return false }
        fields.removeAll { $0.name.utf8.equalsIgnoringCase(name.utf8) }
        fields.append(Field(name: name, value: value))
        return true
    }

    /// Names of methods are tokens, so this value needs no check.
    mutating func allow(_ methods: [String]) {
        _ = replace("Allow", methods.joined(separator: ", "))
    }

    private static let reserved = ["connection", "content-length", "date", "transfer-encoding"]
}

public enum HTTPFieldError: Error, Equatable {
    /// The value has a line end, NUL or another control character.
    case controlByte(field: String)
}

/// What the connection adds to a response.
struct HTTPResponseContext {
    let date: UnixTime?
    /// Value of `Connection`, if it must be said.
    let connection: StaticString?
    /// Content is described but not sent (RFC 9110, section 9.3.2).
    let isHead: Bool
    /// Bytes of content that follow and are not in the response.
    var following = 0
}

extension HTTPResponse {
    /// Appends the message as RFC 9112, section 2.1 wants it, always with a length (RFC 9110, section 8.6).
    func write(_ context: HTTPResponseContext, to output: inout ByteWriter) {
        output.append(utf8: "HTTP/1.1 \(status.rawValue) ")
        output.append(utf8: status.reason)
        output.append(utf8: "\r\n" as StaticString)
        if let date = context.date { output.append(utf8: "Date: \(date.httpDate)\r\n") }
        if let connection = context.connection { output.append(utf8: "Connection: \(connection)\r\n") }
        if status.hasContent { output.append(utf8: "Content-Length: \(body.count + context.following)\r\n") }
        for field in fields {
            output.append(utf8: field.name)
            output.append(utf8: ": " as StaticString)
            output.append(utf8: field.value)
            output.append(utf8: "\r\n" as StaticString)
        }
        output.append(utf8: "\r\n" as StaticString)
        if status.hasContent && !context.isHead { output.append(body) }
    }
}
