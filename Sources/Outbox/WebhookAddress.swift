public import Reactor

/// Where a webhook may lead (B66): over https to addresses of the public Internet, and to what the configuration
/// allows.
///
/// A core: names are looked up elsewhere, once, and the connection goes to the very address that was judged.
public struct WebhookAddress: Equatable, Sendable {
    /// What may be reached besides: a host as it stands in URLs, or a numeric network such as `10.1.0.0/16`. There http
    /// will do.
    public struct Allowed: Equatable, Sendable {
        private let hosts: Set<String>
        private let networks: [Network]

        /// - Parameter text: with commas. `nil`: one of them is neither.
        public init?(_ text: String) {
            var (hosts, networks): (Set<String>, [Network]) = ([], [])
            for part in text.split(separator: ",") {
                let word = part.filter { $0 != " " }.lowercased()
                if let network = Network(word) {
                    networks.append(network)
                } else if WebhookAddress.isName(word) {
                    hosts.insert(word)
                } else {
                    return nil
                }
            }
            self.init(hosts: hosts, networks: networks)
        }

        public static let nothing = Allowed(hosts: [], networks: [])

        private init(hosts: Set<String>, networks: [Network]) {
            self.hosts = hosts
            self.networks = networks
        }

        func contains(_ host: SocketAddress.Host) -> Bool { networks.contains { $0.contains(host) } }
        func names(_ host: String) -> Bool { hosts.contains(host) }
    }

    public enum Flaw: Error, Equatable, Sendable, CustomStringConvertible {
        case noURL
        /// Without TLS to what is not allowed by name or number.
        case notSecret
        /// Of no use to anybody but this machine or this network.
        case notPublic
        case unknownHost

        /// For people.
        public var description: String {
            switch self {
            case .noURL: "the URL is not as https://host:port/path"
            case .notSecret: "it is not https, and webhooks.allow does not name it"
            case .notPublic: "its address is not public, and webhooks.allow does not name it"
            case .unknownHost: "nothing is known of a host of this name"
            }
        }
    }

    public let isSecret: Bool
    /// As it stands in the URL, in small letters, without brackets.
    public let host: String
    public let port: UInt16
    /// With its query.
    public let path: String
    /// Host and port, as the URL has them.
    public let authority: String

    /// Reads a URL: `https://host:port/path?query`, and nothing else that a URL may have.
    public init(_ url: String) throws(Flaw) {
        guard url.utf8.count <= 2_000, url.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .noURL }
        let rest: Substring
        if url.hasPrefix("https://") {
            (isSecret, rest) = (true, url.dropFirst(8))
        } else if url.hasPrefix("http://") {
            (isSecret, rest) = (false, url.dropFirst(7))
        } else {
            throw .noURL
        }
        let end = rest.firstIndex { "/?#\\".contains($0) } ?? rest.endIndex
        guard let (host, port) = Self.place(rest[..<end]), !url.contains("#"), !url.contains("\\") else { throw .noURL }
        self.host = host
        self.port = port ?? (isSecret ? 443 : 80)
        authority = String(rest[..<end])
        let path = String(rest[end...])
        self.path = path.hasPrefix("/") ? path : "/" + path
    }

    /// Which of the addresses of the host may be connected to: the first one that may.
    /// - Parameter found: as the name was looked up, once.
    public func judge(_ found: [SocketAddress], allowing allowed: Allowed) throws(Flaw) -> SocketAddress {
        guard !found.isEmpty else { throw .unknownHost }
        let isNamed = allowed.names(host)
        let fitting = found.first { isNamed || Self.isPublic($0.host) || allowed.contains($0.host) }
        guard let fitting else { throw .notPublic }
        guard isSecret || isNamed || allowed.contains(fitting.host) else { throw .notSecret }
        return fitting
    }

    // MARK: Hosts

    private static func place(_ authority: Substring) -> (String, UInt16?)? {
        let host: Substring
        let after: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            (host, after) = (authority[..<end].dropFirst(), authority[end...].dropFirst())
            guard host.contains(":"), SocketAddress(numeric: String(host), port: 0) != nil else { return nil }
        } else {
            let end = authority.firstIndex(of: ":") ?? authority.endIndex
            (host, after) = (authority[..<end], authority[end...])
            // Also in forms that the resolver knows and that nobody reads, such as 0x7f.1: what they lead to is judged.
            guard isName(String(host).lowercased()) else { return nil }
        }
        if after.isEmpty { return (host.lowercased(), nil) }
        guard after.first == ":", let port = UInt16(after.dropFirst()), port > 0, "\(port)" == after.dropFirst() else {
            return nil
        }
        return (host.lowercased(), port)
    }

    /// Letters, digits, points and hyphens.
    private static func isName(_ host: String) -> Bool {
        (1...253).contains(host.utf8.count) && host.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2d || byte == 0x2e
        }
    }

    /// Outside of the ranges that RFC 6890 and its registries (IANA, special-purpose addresses) keep for other uses.
    static func isPublic(_ host: SocketAddress.Host) -> Bool {
        switch host {
        case .v4: return !special.contains { $0.contains(host) }
        case .v6(let high, let low):
            // Of IPv6 only what is given to networks of the Internet, 2000::/3 (RFC 4291, section 2.4); and what stands
            // for an IPv4 address is as good as that: 6to4 (RFC 3056), NAT64 (RFC 6052) and mapped ones.
            guard high >> 61 == 1 else { return false }
            if high >> 48 == 0x2002 { return false }
            // Teredo, benchmarks, ORCHID, documentation.
            return !special.contains { $0.contains(.v6(high: high, low: low)) }
        }
    }

    private static let special = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "3fff::/20",
    ].compactMap(Network.init)
}

/// Addresses that begin alike.
struct Network: Equatable, Sendable {
    private let first: SocketAddress.Host
    private let bits: Int

    /// `10.0.0.0/8`, `fd00::/8`, or a single address.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = SocketAddress(numeric: String(parts[0]), port: 0) else { return nil }
        let all = if case .v4 = address.host { 32 } else { 128 }
        guard let bits = parts.count == 1 ? all : Int(parts[1]), (0...all).contains(bits) else { return nil }
        first = address.host
        self.bits = bits
    }

    func contains(_ host: SocketAddress.Host) -> Bool {
        switch (first, host) {
        case (.v4(let one), .v4(let other)): return bits == 0 || (one ^ other) >> UInt32(32 - bits) == 0
        case (.v6(let high, let low), .v6(let otherHigh, let otherLow)):
            if bits == 0 { return true }
            if bits <= 64 { return (high ^ otherHigh) >> UInt64(64 - bits) == 0 }
            return high == otherHigh && (low ^ otherLow) >> UInt64(128 - bits) == 0
        case (.v4, .v6), (.v6, .v4): return false
        }
    }
}
