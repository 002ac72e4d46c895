public import HTTPCore

/// Which pages may connect (RFC 6455, section 10.2): browsers say whose page a connection is for.
public struct WebSocketOrigins: Equatable, Sendable {
    /// Pages of the host that is connected to, whatever their port.
    public static let sameHost = WebSocketOrigins()

    private var takesAll = false
    private var listed: Set<String> = []

    private init() {}

    /// - Parameter text: origins besides those of the same host, as browsers write them, with commas between; `*` for
    ///   all. `nil`: one of them is none.
    public init?(_ text: String) {
        for part in text.split(separator: ",") {
            let origin = part.drop { $0 == " " }.lowercased()
            if origin == "*" {
                takesAll = true
            } else if origin == "null" || Self.host(of: origin) != nil {
                listed.insert(origin)
            } else {
                return nil
            }
        }
    }

    /// Whether the page may connect that a request is from. No `Origin` means no browser: nobody's page is behind it.
    public func allowsPage(of headers: HTTPHeaders) -> Bool {
        let given = headers.values(of: "origin")
        guard let origin = given.first else { return true }
        return given.count == 1 && allows(origin, at: headers["host"] ?? "")
    }

    /// - Parameter host: what the request was sent to: name or address, with or without a port.
    func allows(_ origin: String, at host: String) -> Bool {
        let origin = origin.lowercased()
        if takesAll || listed.contains(origin) { return true }
        guard let page = Self.host(of: origin) else { return false }
        return page == Self.withoutPort(host.lowercased()[...])
    }

    /// The host of `scheme://host:port`; `nil` for anything else, also one with a path.
    private static func host(of origin: String) -> Substring? {
        guard let scheme = ["http://", "https://"].first(where: origin.hasPrefix) else { return nil }
        let authority = origin.dropFirst(scheme.count)
        let isPlain = authority.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                true
            default: false
            }
        }
        let host = withoutPort(authority)
        return isPlain && !host.isEmpty ? host : nil
    }

    private static func withoutPort(_ authority: Substring) -> Substring {
        let end = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[end...].lastIndex(of: ":") else { return authority }
        return authority[..<colon]
    }
}
