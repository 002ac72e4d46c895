/// A POST that leaves the cluster.
public struct OutboundRequest: Sendable, Equatable {
    public let url: String
    public private(set) var fields: [Field] = []
    public let body: [UInt8]

    public struct Field: Sendable, Equatable {
        public let name: String
        public let value: String
    }

    public init(to url: String, body: [UInt8]) {
        self.url = url
        self.body = body
    }

    public mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// What came back.
public enum OutboundAnswer: Sendable, Equatable {
    /// - Parameter retryAfter: what the service asks for, if it does (RFC 9110, section 10.2.3).
    case status(Int, body: [UInt8], retryAfter: Duration? = nil)
    /// No answer; for people.
    case nothing(String)
}
