public import Reactor
public import TLS

/// Where Redis is, and how it is spoken to.
public struct RedisPlace: Sendable {
    public var host: String
    public var port: UInt16
    /// Empty: it asks for none.
    public var password: String
    /// `nil`: the connection is not encrypted.
    public var tls: TLSContext?

    public init(host: String, port: UInt16, password: String = "", tls: TLSContext? = nil) {
        self.host = host
        self.port = port
        self.password = password
        self.tls = tls
    }
}

/// Why Redis cannot be used.
public enum RedisFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Its name has no address now.
    case unknownHost
    case unreachable(SystemError)
    case tls(TLSError)
    /// In its own words; `AUTH` with a wrong password, for instance.
    case refused(String)
    case timedOut
    /// It closed the connection, or answered as no Redis does.
    case notRedis

    public var description: String {
        switch self {
        case .unknownHost: "its name has no address"
        case .unreachable(let error): "\(error)"
        case .tls(let error): "\(error)"
        case .refused(let text): text
        case .timedOut: "it does not answer"
        case .notRedis: "it answers as no Redis does"
        }
    }
}
