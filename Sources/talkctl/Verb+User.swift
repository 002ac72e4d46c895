import Administration
import DBProxy
import HTTPCore
import Primitives
import TalkProtocol

extension Verb {
    private static let passwordOptions = [
        Option("--password-file", "FILE", "the password is the first line of FILE"),
        Option("--password-stdin", nil, "it is the first line of standard input; without either it is asked for"),
    ]

    static let user = [
        Verb(
            "user", "add", "NAME", "Makes a user.",
            [
                Option("--nick", "TEXT", "the name that others see (default: NAME)"),
                Option("--department", "WHICH", "a department, by its name or as '#7'"),
                Option("--if-missing", nil, "do nothing if there is one of that name"),
            ] + passwordOptions, run: addUser).audited(),
        Verb("user", "show", "USER", "Shows a user; \(userReference).", run: showUser),
        Verb(
            "user", "edit", "USER", "Changes what a user is called, and what others see.",
            [
                Option("--name", "TEXT", "the user logs in with it from then on"),
                Option("--nick", "TEXT", "the name that others see"),
                Option("--department", "WHICH", "a department, by its name or as '#7'; '#0': none"),
            ] + adminOptions, run: editUser),
        Verb(
            "user", "enable", "USER", "Takes back that an account was ended.", adminOptions, run: enableUser),
        Verb(
            "user", "disable", "NAME", "Ends an account: no more logins; clients hide the user.", run: disableUser
        ).audited(),
        Verb(
            "user", "passwd", "NAME", "Sets a new password, and lifts a lock.", passwordOptions, run: setPassword
        ).audited(),
        Verb(
            "user", "list", nil, "Lists users by name.",
            [
                Option("--prefix", "TEXT", "only names that start with TEXT"),
                Option("--limit", "N", "at most N users (default 50)"),
            ], run: listUsers),
        Verb(
            "user", "seed", nil, "Makes users for load tests; only nodes with load_test = on take their passwords.",
            [
                Option("--prefix", "TEXT", "they are called TEXT1, TEXT2 …"),
                Option("--count", "N", "how many there shall be"),
                Option("--password", "TEXT", "the password of all of them"),
            ], run: seedUsers).audited(),
    ]

    private static func addUser(_ call: Invocation) throws -> Report {
        let administrator = try call.administrator()
        let name = call.subject
        if call.has("--if-missing"), let user = try administrator.user(name) {
            return Report("User \(name) is there already.", answer(name, id: user.id, made: false))
        }
        let department = try call.value("--department").map { try administrator.department($0).id } ?? 0
        let id = try administrator.addUser(
            name, nick: call.value("--nick") ?? name, departmentID: department, password: call.password())
        return Report("User \(name) has id \(id.rawValue).", answer(name, id: id, made: true))
    }

    private static func showUser(_ call: Invocation) throws -> Report {
        let administrator = try call.administrator()
        guard let user = try administrator.user(call.subject) else {
            throw AdministrationError.unknownUsers([call.subject])
        }
        let department = try administrator.departments().first { $0.id == user.departmentID }
        let facts: [(String, JSON)] = [
            ("id", .number(Int(user.id.rawValue))), ("name", .string(user.name)), ("nick", .string(user.nick)),
            ("department", .string(department?.name ?? "")), ("status", .string(user.hasLeft ? "left" : "active")),
            ("email", .string(user.email)), ("phone", .string(user.phone)), ("sign", .string(user.sign)),
        ]
        let table = Report.list(["WHAT", "VALUE"], facts.map { [.string($0.0), $0.1] })
        return Report(table.text, .object(facts))
    }

    private static func editUser(_ call: Invocation) throws -> Report {
        var changes: [(String, JSON)] = []
        for option in ["name", "nick"] {
            if let text = call.value("--\(option)") { changes.append((option, .string(text))) }
        }
        if let department = call.value("--department") {
            changes.append(("department_id", .number(Int(try number(ofDepartment: department, call)))))
        }
        if changes.isEmpty { throw call.verb.misuse("there is nothing to change: give --name, --nick or --department") }
        let path = "/admin/v1/users/\(try number(ofUser: call.subject, call))"
        let user = try call.adminPort().ask(.patch, path, .object(changes))
        return Report("User \(user["name"]?.text ?? "") is changed.", user)
    }

    private static func enableUser(_ call: Invocation) throws -> Report {
        let path = "/admin/v1/users/\(try number(ofUser: call.subject, call))/enable"
        return Report("User \(call.subject) can log in again.", try call.adminPort().ask(.post, path))
    }

    private static func answer(_ name: String, id: UserID, made: Bool) -> JSON {
        .object([("id", .number(Int(id.rawValue))), ("name", .string(name)), ("made", .bool(made))])
    }

    private static func disableUser(_ call: Invocation) throws -> Report {
        try call.administrator().disableUser(call.subject)
        return Report(
            "User \(call.subject) cannot log in any more; nodes end what sessions there are within a second.",
            .object([("name", .string(call.subject))]))
    }

    private static func setPassword(_ call: Invocation) throws -> Report {
        let administrator = try call.administrator()
        try administrator.setPassword(call.password(), of: call.subject)
        return Report("User \(call.subject) has a new password.", .object([("name", .string(call.subject))]))
    }

    private static func listUsers(_ call: Invocation) throws -> Report {
        let administrator = try call.administrator()
        let limit = try call.number("--limit", in: 1...100_000, default: 50)
        let found = try administrator.users(prefix: call.value("--prefix") ?? "", limit: limit + 1)
        let departments = Dictionary(
            try administrator.departments().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        return .list(
            ["ID", "NAME", "NICK", "DEPARTMENT", "STATUS"],
            found.prefix(limit).map { user in
                [
                    .number(Int(user.id.rawValue)), .string(user.name), .string(user.nick),
                    .string(departments[user.departmentID] ?? ""), .string(user.hasLeft ? "left" : "active"),
                ]
            },
            note: found.count > limit ? "There are more: use --prefix, or a higher --limit." : nil)
    }

    private static func seedUsers(_ call: Invocation) throws -> Report {
        let (prefix, password) = (try call.required("--prefix"), try call.required("--password"))
        let count = try call.number("--count", in: 1...10_000_000)
        let seeded = try call.administrator().seedUsers(prefix: prefix, count: count, password: password) { done in
            call.console.showProgress("\(done) of \(count) users")
        }
        let present = seeded.present > 0 ? "; \(seeded.present) were there already and keep their passwords" : ""
        return Report(
            "\(seeded.made) users made\(present).",
            .object([("made", .number(seeded.made)), ("present", .number(seeded.present))]))
    }
}
