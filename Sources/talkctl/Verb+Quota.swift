import HTTPCore
import Primitives
import Settings

/// What single users may store and hand out.
extension Verb {
    static let quota = [
        Verb(
            "user", "quota", "USER",
            "Shows how much a user may store and hand out; with options, sets it; \(userReference).",
            [
                Option("--pictures", "SIZE", "pictures that are stored, such as 5GiB; 'default': as of everybody"),
                Option("--files", "SIZE", "files handed to others within a day; 'default': as everybody"),
            ] + adminOptions, run: quota)
    ]

    private static func quota(_ call: Invocation) throws -> Report {
        let (pictures, files) = (try size("--pictures", call), try size("--files", call))
        let path = "/admin/v1/users/\(try number(ofUser: call.subject, call))/quota"
        let port = try call.adminPort()
        let now = try port.get(path)
        if pictures == nil && files == nil { return report(now) }
        return report(
            try port.ask(
                .put, path,
                .object([
                    ("picture_bytes", pictures ?? now["picture_bytes"] ?? .null),
                    ("daily_file_bytes", files ?? now["daily_file_bytes"] ?? .null),
                ])))
    }

    /// `nil`: not given.
    private static func size(_ option: String, _ call: Invocation) throws -> JSON? {
        guard let text = call.value(option) else { return nil }
        if text == "default" { return .null }
        guard let size = ByteSize(setting: text), size.bytes <= 1 << 50 else {
            throw call.verb.misuse("\(option) \(text): expected a size with its unit, such as 5GiB, or 'default'")
        }
        return .number(size.bytes)
    }

    private static func report(_ quota: JSON) -> Report {
        let rows = [("pictures", "picture_bytes"), ("files of a day", "daily_file_bytes")].map { what, name in
            let (own, everybody) = (quota[name]?.integer, quota["\(name)_of_everybody"]?.integer)
            let most = own ?? everybody
            return [
                .string(what), quota["\(name)_used"] ?? .null,
                .string(most.map { ByteSize(bytes: $0).settingText } ?? "-"),
                .string(own == nil ? "of everybody" : "own"),
            ] as [JSON]
        }
        return Report(Report.list(["WHAT", "USED BYTES", "MAY", "QUOTA"], rows).text, quota)
    }
}
