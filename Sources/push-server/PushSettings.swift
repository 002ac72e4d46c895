public import Log
public import Outbox
public import Settings

/// Every setting of the program. The table yields the parser, `--help` and `--check-config`.
enum PushSettings {
    /// The environment variable that names the file with settings. It is none of them itself.
    static let fileVariable = "GRAPEVINE_PUSH_CONFIG"

    static let postgres = Setting<String>(
        required: "postgres.dsn", help: "Connection string of PostgreSQL, as libpq reads it: the one of the nodes.",
        isSecret: true, complaint: { $0.isEmpty ? "must not be empty" : nil })
    static let listen = Setting<HostPort>(
        "push.listen", default: HostPort(host: "127.0.0.1", port: 9100),
        help: "Where it says how it is: /healthz, /readyz, /metrics.")
    static let shows = Setting<NotificationText.Detail>(
        "push.shows", default: .message,
        help: "What of a message leaves the cluster: its text and sender (message), the sender, or nothing.")
    static let language = Setting<NotificationText.Language>(
        "push.language", default: .chinese, help: "Language of the words around it: zh or en.")
    static let nightFrom = Setting<Int>(
        "push.night_from", default: 22, in: 0...23,
        help: "The hour at which the night begins for those who want none of it told, in the time zone of the process.")
    static let nightUntil = Setting<Int>(
        "push.night_until", default: 7, in: 0...23, help: "The hour at which it ends.")

    static let apnsKey = Setting<String>(
        "apns.key_path", default: "",
        help: "The file with the key that Apple gave for the team (.p8). Empty: iPhones are not served.")
    static let apnsKeyID = Setting<String>("apns.key_id", default: "", help: "Its number, ten characters.")
    static let apnsTeam = Setting<String>("apns.team", default: "", help: "The number of the team.")
    static let apnsTopic = Setting<String>("apns.topic", default: "", help: "The app's bundle identifier.")
    static let apnsURL = Setting<String>(
        "apns.url", default: "https://api.push.apple.com", help: "The service; there is another one for development.",
        complaint: isService)
    static let apnsRate = Setting<Int>("apns.rate", default: 500, in: 1...100_000, help: "Messages per second.")

    static let fcmAccount = Setting<String>(
        "fcm.account_path", default: "",
        help: "The JSON file of a service account, from Google's console: mobiles with Android are told by it.")
    static let fcmURL = Setting<String>(
        "fcm.url", default: "https://fcm.googleapis.com", help: "The service.", complaint: isService)
    static let relayURL = Setting<String>(
        "relay.url", default: "",
        help: "In place of FCM: what gets signed JSON, and passes it on to the push services of vendors.",
        complaint: { $0.isEmpty ? nil : isService($0) })
    static let relaySecret = Setting<String>(
        "relay.secret", default: "", help: "By which the relay knows who asks: at least 32 characters.", isSecret: true,
        complaint: { (1..<32).contains($0.utf8.count) ? "must have at least 32 characters" : nil })
    static let androidRate = Setting<Int>(
        "android.rate", default: 300, in: 1...100_000, help: "Messages per second, to FCM or the relay.")

    static let browserKey = Setting<String>(
        "browsers.key_path", default: "",
        help: "Where the key is kept by which push services of browsers know the cluster; made if it is not there. All "
            + "programs that serve browsers need the same one. Empty: browsers are not served.")
    static let browserSubject = Setting<String>(
        "browsers.subject", default: "",
        help: "Whom a push service may write to when something is wrong: mailto:admin@example.org.",
        complaint: { text in
            text.isEmpty || text.hasPrefix("mailto:") || text.hasPrefix("https://")
                ? nil : "must begin with mailto: or https://"
        })
    static let browserHosts = Setting<String>(
        "browsers.hosts",
        default: "fcm.googleapis.com,.push.services.mozilla.com,.push.apple.com,.notify.windows.com",
        help: "Push services that may be sent to, with commas; one that begins with a point stands for all below it.")
    static let browserRate = Setting<Int>(
        "browsers.rate", default: 300, in: 1...100_000, help: "Messages per second to each of these hosts.")

    static let webhooks = Setting<Bool>(
        "webhooks.serve", default: false,
        help: "Whether services are told of the events that /admin/v1/webhooks says they want.")
    static let webhooksAllowed = Setting<String>(
        "webhooks.allow", default: "",
        help: "Hosts, addresses and networks that they may be at besides the public Internet, with commas, such as "
            + "hooks.example.lan,10.1.0.0/16; there, http will do.",
        complaint: { WebhookAddress.Allowed($0) == nil ? "must have hosts or networks, with commas" : nil })
    static let webhooksAuthorities = Setting<String>(
        "webhooks.tls_authorities", default: "",
        help: "PEM file of those whose certificates of services are believed. Empty: those of the system.")

    static let logLevel = Setting<LogLevel>(
        "log.level", default: .info, help: "What is logged: debug, info, warn, error.")
    static let logFormat = Setting<LogFormat>("log.format", default: .json, help: "json, or text for people.")

    static let schema = Schema([
        postgres, listen, shows, language, nightFrom, nightUntil, apnsKey, apnsKeyID, apnsTeam, apnsTopic, apnsURL,
        apnsRate, fcmAccount, fcmURL, relayURL, relaySecret, androidRate, browserKey, browserSubject, browserHosts,
        browserRate, webhooks, webhooksAllowed, webhooksAuthorities, logLevel, logFormat,
    ])

    /// Without TLS on this machine only.
    private static func isService(_ url: String) -> String? {
        let isLocal = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].contains(where: url.hasPrefix)
        return url.hasPrefix("https://") || isLocal ? nil : "must begin with https://"
    }
}

extension NotificationText.Detail: SettingValue {}
extension NotificationText.Language: SettingValue {}
extension LogLevel: SettingValue {}
extension LogFormat: SettingValue {}
