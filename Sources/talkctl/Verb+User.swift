import Administration
import DBProxy
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
                Option("--department", "ID", "a department, by its id or name"),
                Option("--if-missing", nil, "do nothing if there is one of that name"),
            ] + passwordOptions, run: addUser),
        Verb(
            "user", "disable", "NAME", "Ends an account: no more logins; clients hide the user.", run: disableUser),
        Verb("user", "passwd", "NAME", "Sets a new password, and lifts a lock.", passwordOptions, run: setPassword),
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
            ], run: seedUsers),
    ]

    private struct UserAnswer: Encodable {
        let name: String
        var id: UInt32?
        var made: Bool?
    }

    private static func addUser(_ call: Invocation) throws -> Report {
        let administrator = try call.administrator()
        let name = call.subject
        if call.has("--if-missing"), try administrator.users(prefix: name, limit: 1).first?.name == name {
            return Report("User \(name) is there already.", UserAnswer(name: name, made: false))
        }
        let department = try call.value("--department").map { try administrator.department($0).id } ?? 0
        let id = try administrator.addUser(
            name, nick: call.value("--nick") ?? name, departmentID: department, password: call.password())
        return Report("User \(name) has id \(id.rawValue).", UserAnswer(name: name, id: id.rawValue, made: true))
    }

    private static func disableUser(_ call: Invocation) throws -> Report {
        try call.administrator().disableUser(call.subject)
        return Report(
            "User \(call.subject) cannot log in any more. A session that is open stays until its connection ends.",
            UserAnswer(name: call.subject))
    }

    private static func setPassword(_ call: Invocation) throws -> Report {
        let administrator = try call.administrator()
        try administrator.setPassword(call.password(), of: call.subject)
        return Report("User \(call.subject) has a new password.", UserAnswer(name: call.subject))
    }

    private struct ListedUser: Encodable {
        let id: UInt32
        let name: String
        let nick: String
        let department: String
        let status: String
    }

    private static func listUsers(_ call: Invocation) throws -> Report {
        let administrator = try call.administrator()
        let limit = try call.number("--limit", in: 1...100_000, default: 50)
        let found = try administrator.users(prefix: call.value("--prefix") ?? "", limit: limit + 1)
        let departments = Dictionary(
            try administrator.departments().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let users = found.prefix(limit).map { user in
            ListedUser(
                id: user.id.rawValue, name: user.name, nick: user.nick,
                department: departments[user.departmentID] ?? "", status: user.status == 3 ? "left" : "active")
        }
        var table = Table("ID", "NAME", "NICK", "DEPARTMENT", "STATUS")
        table.rows = users.map { [String($0.id), $0.name, $0.nick, $0.department, $0.status] }
        let more = found.count > limit ? "\nThere are more: use --prefix, or a higher --limit." : ""
        return Report(table.text + more, users)
    }

    private struct SeedAnswer: Encodable {
        let made: Int
        let present: Int
    }

    private static func seedUsers(_ call: Invocation) throws -> Report {
        let (prefix, password) = (try call.required("--prefix"), try call.required("--password"))
        let count = try call.number("--count", in: 1...10_000_000)
        let seeded = try call.administrator().seedUsers(prefix: prefix, count: count, password: password) { done in
            call.console.showProgress("\(done) of \(count) users")
        }
        let present = seeded.present > 0 ? "; \(seeded.present) were there already and keep their passwords" : ""
        return Report(
            "\(seeded.made) users made\(present).", SeedAnswer(made: seeded.made, present: seeded.present))
    }
}
