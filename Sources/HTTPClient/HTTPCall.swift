public import HTTPCore
import Reactor

/// A request as a client makes it.
public struct HTTPCall: Sendable {
    public let method: HTTPMethod
    /// With its query, encoded.
    public let path: String
    public private(set) var fields: [(name: String, value: String)] = []
    /// `nil`: none, not even an empty one.
    public let body: [UInt8]?
    /// As it stands in the URL; `nil`: the address that is connected to.
    private let host: String?

    public init(_ method: HTTPMethod, _ path: String, body: [UInt8]? = nil, host: String? = nil) {
        self.method = method
        self.path = path
        self.body = body
        self.host = host
    }

    /// - Parameter value: printable ASCII, as it comes from the caller's own configuration.
    public mutating func add(_ name: StaticString, _ value: String) {
        let isPlain = value.utf8.allSatisfy { (0x20...0x7e).contains($0) }
        precondition(isPlain, "the value of \(name) has characters that a field must not have")
        fields.append((name.description, value))
    }

    /// - Parameter name: of letters, digits and hyphens.
    public mutating func add(_ name: String, _ value: String) {
        let isPlain = (name + value).utf8.allSatisfy { (0x20...0x7e).contains($0) }
        precondition(isPlain, "a field has characters that it must not have")
        fields.append((name, value))
    }

    func bytes(for server: SocketAddress) -> [UInt8] {
        var head = "\(method.rawValue) \(path) HTTP/1.1\r\nHost: \(host ?? "\(server)")\r\nConnection: close\r\n"
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + (body ?? [])
    }
}
