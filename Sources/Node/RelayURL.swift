public import Settings

/// The address of a TURN server: `turn:HOST[:PORT][?transport=udp|tcp]`, or `turns:` for TLS (RFC 7065).
public struct RelayURL: Equatable, Sendable {
    public enum Transport: String, Sendable {
        case udp, tcp
    }

    /// A setting has no more of them: browsers ask all of them at each call.
    static let maxCount = 4

    public let isSecure: Bool
    public let place: HostPort
    public let transport: Transport

    /// `nil` if it is none.
    public init?(_ text: String) {
        guard let scheme = ["turn:", "turns:"].first(where: text.hasPrefix) else { return nil }
        isSecure = scheme == "turns:"
        let parts = text.dropFirst(scheme.utf8.count).split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        switch parts.count == 2 ? parts[1] : nil {
        case nil: transport = isSecure ? .tcp : .udp
        case "transport=udp": transport = .udp
        case "transport=tcp": transport = .tcp
        default: return nil
        }
        let port = isSecure ? 5349 : 3478
        guard let host = parts.first.map(String.init),
            let place = HostPort(setting: host) ?? HostPort(setting: "\(host):\(port)")
        else { return nil }
        self.place = place
    }

    /// Those of `calls.turn_urls`, as they stand there; `nil` if one is none, or if there are too many.
    public static func all(in setting: String) -> [(text: String, url: RelayURL)]? {
        let texts = setting.split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init)
        let urls = texts.compactMap { text in RelayURL(text).map { (text, $0) } }
        return urls.count == texts.count && urls.count <= maxCount ? urls : nil
    }
}
