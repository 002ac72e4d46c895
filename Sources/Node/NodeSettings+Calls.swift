public import Settings

/// Calls.
extension NodeSettings {
    public static let turnURLs = Setting<String>(
        "calls.turn_urls", default: "",
        help: "TURN servers, such as turn:turn.example.org:3478?transport=udp, with commas: at most four, which calls "
            + "go through where devices cannot reach each other. Empty: there is none.",
        reloads: true,
        complaint: { RelayURL.all(in: $0) == nil ? "must be turn:HOST:PORT or turns:HOST:PORT, four at most" : nil })
    public static let turnSecret = Setting<String>(
        "calls.turn_secret", default: "",
        help: "The secret of these servers (static-auth-secret of coturn): at least 32 characters that nobody can "
            + "guess.",
        isSecret: true, reloads: true, complaint: { $0.isEmpty ? nil : SecretStrength.complaint($0) })
    public static let turnLifetime = Setting<Duration>(
        "calls.turn_lifetime", default: .seconds(43_200), in: .seconds(60)...(.seconds(604_800)),
        help: "How long a password for these servers is good, which each call gets anew: no call that is relayed is "
            + "longer.",
        reloads: true)

    static let calls: [any AnySetting] = [turnURLs, turnSecret, turnLifetime]
}
