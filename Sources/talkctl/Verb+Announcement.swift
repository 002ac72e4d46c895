import HTTPCore
import Primitives

/// What administrators show to users.
extension Verb {
    static let announcement = [
        Verb(
            "notice", "send", "TEXT", "Sends a message to every user, in the name of one.",
            [
                Option("--from", "USER", "whose message it is: a name, or a number such as '#7'"),
                Option("--department", "WHICH", "only to users of this department, a name or '#7'"),
                Option("--dry-run", nil, "only say how many would get it"),
            ] + adminOptions, run: sendNotice),
        Verb("notice", "list", nil, "Lists notices, the latest first.", adminOptions, run: listNotices),
        Verb(
            "discovery", "add", "NAME", "Adds a link to the page \"discovery\" of the clients.",
            [
                Option("--url", "URL", "where it leads"), Option("--priority", "N", "lower ones first (default: 0)"),
            ] + adminOptions, run: addLink),
        Verb("discovery", "list", nil, "Lists these links.", adminOptions, run: listLinks),
        Verb("discovery", "remove", "ID", "Removes one of them.", adminOptions, run: removeLink),
    ]

    private static func sendNotice(_ call: Invocation) throws -> Report {
        let from = try call.required("--from")
        var body: [(String, JSON)] = [
            ("from", .number(Int(try number(ofUser: from, call)))), ("text", .string(call.subject)),
        ]
        if let department = call.value("--department") {
            body.append(("department_id", .number(Int(try number(ofDepartment: department, call)))))
        }
        let isTrial = call.has("--dry-run")
        let answer = try call.adminPort().ask(
            .post, "/admin/v1/notices\(isTrial ? "?dry_run=true" : "")", .object(body))
        let count = answer["users"]?.integer ?? 0
        if isTrial { return Report("\(count) users would get it.", answer) }
        return Report("\(count) users get it; talkctl notice list shows when all have it.", answer)
    }

    private static func listNotices(_ call: Invocation) throws -> Report {
        let notices = try call.adminPort().get("/admin/v1/notices")["items"]?.items ?? []
        return .list(
            ["ID", "FROM", "DEPARTMENT", "USERS", "CREATED_AT", "DONE_AT"],
            notices.map { notice in
                [
                    notice["id"] ?? .null, notice["from"] ?? .null, notice["department_id"] ?? .null,
                    notice["users"] ?? .null, notice["created_at"] ?? .null,
                    .string(notice["done_at"]?.text ?? "being sent"),
                ]
            })
    }

    private static func addLink(_ call: Invocation) throws -> Report {
        let link = try call.adminPort().ask(
            .post, "/admin/v1/discovery",
            .object([
                ("name", .string(call.subject)), ("url", .string(try call.required("--url"))),
                ("priority", .number(try call.number("--priority", in: -1_000_000...1_000_000, default: 0))),
            ]))
        return Report("The link has id \(link["id"]?.integer ?? 0).", link)
    }

    private static func listLinks(_ call: Invocation) throws -> Report {
        let links = try call.adminPort().get("/admin/v1/discovery")["items"]?.items ?? []
        return .list(
            ["ID", "NAME", "URL", "PRIORITY"],
            links.map { [$0["id"] ?? .null, $0["name"] ?? .null, $0["url"] ?? .null, $0["priority"] ?? .null] })
    }

    private static func removeLink(_ call: Invocation) throws -> Report {
        let answer = try call.adminPort().ask(.delete, "/admin/v1/discovery/\(AdminPort.segment(call.subject))")
        return Report("The link is removed.", answer)
    }
}
