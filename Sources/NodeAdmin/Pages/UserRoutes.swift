public import DBProxy
import Directory
import HTTPCore
import Primitives
public import Reactor
import TalkProtocol

/// Users: who there are, and their making, end and return.
///
/// Clients see a change at their next list request, by the stamps of the directory.
public struct UserRoutes {
    private let database: Database
    private let users: Users
    private let facts: any ClusterFacts
    private let passwords: PasswordForms

    public init(_ database: Database, _ facts: any ClusterFacts, workers: WorkerPool, on loop: EventLoop) {
        self.database = database
        users = Users(database)
        self.facts = facts
        passwords = PasswordForms(workers, on: loop)
    }

    private static let id = Route.Parameter.path("id", .id, "number of a user")

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/users", "Users by name", scope: .read,
                .paging + [
                    .query("prefix", .plain(1...64), "only names that start with this"),
                    .query("search", .plain(1...64), "only names or nicks with this in them, in whatever case"),
                ],
                gives: .page(of: Profile.schema), problems: [.badCursor], list),
            Route(
                .post, "/admin/v1/users", "Makes a user", scope: .write,
                takes: .object([
                    .init("name", .name(.user), "what the user logs in with; at most 64 bytes"),
                    .init("nick", .name(.nick), "what others see; the name if not given").optional,
                    .init("password", .password).secret,
                    .init("department_id", .department).optional,
                ]),
                gives: Profile.schema, as: .created, problems: [.nameTaken, .departmentUnknown, .overloaded], make),
            Route(
                .get, "/admin/v1/users/{id}", "A user", scope: .read, [Self.id], gives: Profile.schema,
                problems: [.userUnknown]) { call in withUser(call) { call.answer($0.json) } },
            Route(
                .patch, "/admin/v1/users/{id}", "Changes what a user is called and what others see", scope: .write,
                [Self.id], takes: .object([
                    .init("name", .name(.user), "the user logs in with it from then on").optional,
                    .init("nick", .name(.nick)).optional, .init("department_id", .department).optional,
                ]),
                gives: Profile.schema, problems: [.userUnknown, .departmentUnknown, .nameTaken], change),
            Route(
                .put, "/admin/v1/users/{id}/password", "Sets a password, lifts a lock and ends session tokens",
                scope: .write, [Self.id], takes: .object([.init("password", .password).secret]),
                gives: Profile.schema, problems: [.userUnknown, .isBot, .overloaded], setPassword),
            Route(
                .post, "/admin/v1/users/{id}/disable",
                "Ends an account and its sessions: no more logins, clients hide the user",
                scope: .write, [Self.id], isDestructive: true, gives: Profile.schema, problems: [.userUnknown],
                disable),
            Route(
                .post, "/admin/v1/users/{id}/enable", "Takes back that an account was ended", scope: .write, [Self.id],
                gives: Profile.schema, problems: [.userUnknown], enable),
            Route(
                .get, "/admin/v1/users/{id}/sessions", "Where a user is logged in, on all nodes", scope: .read,
                [Self.id], gives: .page(of: SessionRecord.schema), problems: [.userUnknown]
            ) { call in
                withUser(call) { call.answer(facts.sessions(of: $0.id.rawValue), \.json) }
            },
            Route(
                .get, "/admin/v1/users/{id}/logins",
                "The last login for each class of devices, as the database has it, whether or not it lasts",
                scope: .read, [Self.id], gives: .page(of: LastLogin.schema), problems: [.userUnknown]
            ) { call in
                withUser(call) { user in
                    call.ask({ database.logins(of: user.id, $0) }) { call.answer($0, \.json) }
                }
            },
        ]
    }

    private func list(_ call: Call) {
        guard let last = Cursor.text(call) else { return }
        let (prefix, search) = (call.text("prefix")?.inNormalForm ?? "", call.text("search")?.inNormalForm)
        call.ask({ database.users(prefix: prefix, search: search, after: last, limit: call.limit + 1, $0) }) {
            call.answer($0, \.json) { Cursor.of($0.name) }
        }
    }

    private func make(_ call: Call) {
        let (name, department) = (call.name() ?? "", call.body["department_id"]?.integer ?? 0)
        passwords.store(call) { stored in
            let user = NewUser(
                name: name, password: stored, nick: call.name("nick") ?? name,
                departmentID: DepartmentID(UInt32(clamping: department)))
            call.order({ users.make(user, $0) }) { id in
                call.ask({ database.profiles(of: [id], $0) }) { found in
                    guard let user = found.first else { return call.fail(.internalError, "the user is gone again") }
                    call.answer(user.json, .created)
                }
            }
        }
    }

    private func change(_ call: Call) {
        let department = call.body["department_id"]?.integer.map { DepartmentID(UInt32(clamping: $0)) }
        withUser(call) { user in
            call.order({
                users.change(user.id, name: call.name(), nick: call.name("nick"), departmentID: department, $0)
            }) { withUser(call) { call.answer($0.json) } }
        }
    }

    private func setPassword(_ call: Call) {
        withUser(call) { user in
            passwords.store(call) { stored in
                call.order({ users.setPassword(stored, of: user.id, $0) }) { call.answer(user.json) }
            }
        }
    }

    private func disable(_ call: Call) {
        withUser(call) { user in
            if call.isDryRun {
                var user = user
                user.status = .left
                return call.answer(user.json)
            }
            call.order({ users.disable(user.id, $0) }) { withUser(call) { call.answer($0.json) } }
        }
    }

    private func enable(_ call: Call) {
        withUser(call) { user in
            call.order({ users.enable(user.id, $0) }) { withUser(call) { call.answer($0.json) } }
        }
    }

    private func withUser(_ call: Call, _ body: @escaping (Profile) -> Void) {
        call.ask({ database.profiles(of: [UserID(call.id())], $0) }) { found in
            guard let user = found.first else { return call.fail(.userUnknown, "there is no user #\(call.id())") }
            body(user)
        }
    }
}

extension Profile {
    static let schema = JSONSchema.object([
        .init("id", .id), .init("name", .string), .init("nick", .string), .init("department_id", .count, "0: none"),
        .init("state", .choice(["active", "disabled"])),
        .init("bot", .bool, "a program, which has no password"), .init("email", .string), .init("phone", .string),
        .init("avatar", .string), .init("sign", .string), .init("stamp", .whole, "rises with every change"),
    ])

    var json: JSON {
        .object([
            ("id", .number(Int(id.rawValue))), ("name", .string(name)), ("nick", .string(nick)),
            ("department_id", .number(Int(departmentID.rawValue))),
            ("state", .string(hasLeft ? "disabled" : "active")), ("bot", .bool(isBot)),
            ("email", .string(email)), ("phone", .string(phone)), ("avatar", .string(avatar)), ("sign", .string(sign)),
            ("stamp", .number(Int(stamp))),
        ])
    }
}
