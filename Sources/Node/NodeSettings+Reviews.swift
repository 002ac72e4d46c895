public import Settings

/// The service that is asked before a message is stored.
extension NodeSettings {
    public static let reviewURL = Setting<String>(
        "review.url", default: "",
        help: "A service that is asked before a message is stored, as https://host:port/path; http will do in a "
            + "network that nobody listens to. Empty: nobody is asked.")
    public static let reviewSecret = Setting<String>(
        "review.secret", default: "",
        help: "What these questions are signed with: at least 32 characters that nobody can guess.", isSecret: true,
        complaint: { $0.isEmpty ? nil : SecretStrength.complaint($0) })
    public static let reviewDeadline = Setting<Duration>(
        "review.deadline", default: .seconds(1), in: .milliseconds(10)...(.seconds(10)),
        help: "How long the service may take for its answer.")
    public static let reviewUnanswered = Setting<UnansweredReview>(
        "review.unanswered", default: .store,
        help: "What becomes of a message when the service gives no answer in time: store, or refuse.")
    public static let reviewAuthorities = Setting<String>(
        "review.tls_authorities", default: "",
        help: "PEM file of those whose certificates of the service are believed. Empty: those of the system.")

    static let reviews: [any AnySetting] = [
        reviewURL, reviewSecret, reviewDeadline, reviewUnanswered, reviewAuthorities,
    ]
}

extension UnansweredReview: SettingValue {}
