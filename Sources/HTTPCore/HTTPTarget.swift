/// What a request is about (RFC 9112, section 3.2), taken apart and decoded.
struct HTTPTarget {
    /// As received, with query, and in absolute form with scheme and authority.
    let text: String
    /// Without the query, not decoded; `*` for the whole server.
    let path: String
    /// The path between its slashes, decoded; `/` has none, `/a/` has two.
    let segments: [String]
    let query: [HTTPQueryItem]
    /// Of the absolute form; it must agree with Host.
    let authority: [UInt8]?

    init(_ bytes: ArraySlice<UInt8>, isOptions: Bool) throws(HTTPRefusal) {
        guard bytes.allSatisfy(Self.isAllowed) else { throw .badTarget }
        text = String(decoding: bytes, as: UTF8.self)
        let local: ArraySlice<UInt8>
        (authority, local) = try Self.splitAuthority(bytes)
        if local.elementsEqual("*".utf8) && isOptions && authority == nil {
            (path, segments, query) = ("*", [], [])
            return
        }
        let mark = local.firstIndex(of: UInt8(ascii: "?")) ?? local.endIndex
        // An absolute URI may leave out the path (RFC 9110, section 4.2.3).
        let rawPath = local[..<mark].isEmpty && authority != nil ? [UInt8(ascii: "/")] : local[..<mark]
        guard rawPath.first == UInt8(ascii: "/") else { throw .badTarget }
        path = String(decoding: rawPath, as: UTF8.self)
        segments = rawPath.count == 1 ? [] : try Self.segments(rawPath.dropFirst())
        query = try HTTPQueryItem.items(local[mark...].dropFirst())
    }

    /// Printable ASCII but for the signs that no client sends unencoded and that others take for the end of a URI.
    /// Beyond RFC 3986 we take `{`, `}`, `|`, `^`, `` ` `` and `\`, because browsers send them as they are.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"): false
        default: (UInt8(ascii: "!")...UInt8(ascii: "~")).contains(byte)
        }
    }

    private static func splitAuthority(
        _ bytes: ArraySlice<UInt8>
    ) throws(HTTPRefusal) -> (authority: [UInt8]?, local: ArraySlice<UInt8>) {
        for scheme in ["http://", "https://"] where bytes.prefix(scheme.utf8.count).equalsIgnoringCase(scheme.utf8) {
            let rest = bytes.dropFirst(scheme.utf8.count)
            let end = rest.firstIndex { "/?".utf8.contains($0) } ?? rest.endIndex
            let authority = rest[..<end]
            // An empty host or user information makes an http URI invalid (RFC 9110, section 4.2).
            guard let first = authority.first, first != UInt8(ascii: ":"), HTTPHost.isValid(authority) else {
                throw .badTarget
            }
            return (Array(authority), rest[end...])
        }
        return (nil, bytes)
    }

    private static func segments(_ path: ArraySlice<UInt8>) throws(HTTPRefusal) -> [String] {
        var segments: [String] = []
        for part in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            segments.append(try percentDecoded(part))
        }
        return segments
    }

    /// Decodes once; what is then not UTF-8 is refused, so that no later layer meets a string it would repair.
    static func percentDecoded(_ bytes: ArraySlice<UInt8>) throws(HTTPRefusal) -> String {
        guard bytes.contains(UInt8(ascii: "%")) else { return try text(bytes) }
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexValue, let low = rest.popFirst()?.hexValue else {
                throw .badEncoding
            }
            decoded.append(high << 4 | low)
        }
        return try text(decoded)
    }

    private static func text(_ bytes: some Collection<UInt8>) throws(HTTPRefusal) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .badEncoding }
        return text
    }
}

/// One `name=value` of a query, decoded as forms are (WHATWG URL, section 5.1): `+` is a blank.
public struct HTTPQueryItem: Equatable, Sendable {
    public let name: String
    public let value: String

    static func items(_ query: ArraySlice<UInt8>) throws(HTTPRefusal) -> [HTTPQueryItem] {
        var items: [HTTPQueryItem] = []
        for part in query.split(separator: UInt8(ascii: "&")) {
            let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let name = try decoded(part[..<equals])
            items.append(HTTPQueryItem(name: name, value: try decoded(part[equals...].dropFirst())))
        }
        return items
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) throws(HTTPRefusal) -> String {
        try HTTPTarget.percentDecoded(ArraySlice(bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }))
    }
}
