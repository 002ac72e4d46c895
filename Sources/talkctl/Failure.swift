import Administration
import DBProxy

/// Why a command did not do what was asked. The text says what to do next.
struct Failure: Error {
    /// The same for all programs of Grapevine.
    enum Code: Int32 {
        case failed = 1
        case usage = 2
        case unreachable = 3
    }

    let code: Code
    let text: String

    init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }
}

extension Failure {
    init(of error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as AdministrationError: self.init(error)
        case let error as Migrator.Failure: self.init(error)
        default: self.init(.failed, "\(error)")
        }
    }

    init(_ error: AdministrationError) {
        switch error {
        case .unreachable(let reason):
            self.init(.unreachable, "the database cannot be reached: \(reason.trimmed)\n\(Self.checkServer)")
        case .wrongSchema(let found, let needed) where found < needed:
            self.init(
                .failed, "the database has tables of version \(found), \(needed) is needed; run: talkctl migrate up")
        case .wrongSchema(let found, let needed):
            self.init(
                .failed, "the database has tables of version \(found), this talkctl knows \(needed); use a newer one")
        case .database(let error): self.init(error)
        case .badName(let name, let reason): self.init(.usage, "'\(name)' cannot be a name: \(reason)")
        case .badPassword(let reason): self.init(.usage, "the password \(reason); nothing was changed")
        case .nameTaken(let name):
            self.init(
                .failed,
                "there is a user '\(name)' already (the case of letters makes no difference); to change the password: "
                    + "talkctl user passwd \(name)")
        case .unknownUsers(let names):
            let list = names.map { "'\($0)'" }.joined(separator: ", ")
            let number = names.first { UInt32($0) != nil }.map { "; user number \($0) is written '#\($0)'" } ?? ""
            self.init(.failed, "no active user is called \(list)\(number); see: talkctl user list")
        case .unknownDepartment(let name):
            self.init(.failed, "there is no department '\(name)'; see: talkctl department list")
        case .ambiguousDepartment(let name, let ids):
            let numbers = ids.map { "'#\($0)'" }.joined(separator: ", ")
            self.init(.usage, "several departments are called '\(name)'; say which by its number: \(numbers)")
        case .departmentNameTaken(let name):
            self.init(.failed, "there is a department '\(name)' at that place; see: talkctl department list")
        case .tooManyMembers(let count, let limit):
            self.init(.usage, "\(count) members are too many, a group has \(limit) at most; make several groups")
        case .tooManyGroups(let names, let limit):
            let list = names.map { "'\($0)'" }.joined(separator: ", ")
            self.init(.failed, "in \(limit) groups already, and nobody may be in more: \(list)")
        case .tokenNameTaken(let name):
            self.init(.failed, "there is or was a token '\(name)': names are not used again; see: talkctl token list")
        case .unknownToken(let name):
            self.init(.failed, "there is no token '\(name)'; see: talkctl token list")
        case .unknownBot(let name): self.init(.failed, "there is no bot '\(name)'; see: talkctl bot list")
        case .unknownWebhook(let name):
            self.init(.failed, "there is no webhook '\(name)'; see: talkctl webhook list")
        case .webhookNameTaken(let name): self.init(.failed, "there is a webhook '\(name)'; see: talkctl webhook list")
        case .tooManyWebhooks: self.init(.failed, "there are \(Database.maxWebhooks) webhooks, as many as there may be")
        case .badURL: self.init(.usage, "the URL must be as https://host:port/path, and nothing else")
        case .noMember: self.init(.failed, "there is no such group, or the bot is no member of it")
        case .isBot: self.init(.failed, "a bot has no password, but tokens; see: talkctl help bot")
        case .refused(let error): self.init(.failed, "the database refused: \(error)")
        case .noToken:
            self.init(.failed, "OpenSSL gave no random bytes")
        case .noPasswordHash:
            self.init(.failed, "OpenSSL could not compute the password's stored form; is there enough memory?")
        }
    }

    init(_ error: Migrator.Failure) {
        switch error {
        case .unreachable(let reason): self.init(AdministrationError.unreachable(reason))
        case .newer(let found, let known): self.init(AdministrationError.wrongSchema(found: found, needed: known))
        case .unusable: self.init(.failed, "\(error)")
        case .failed(0, let text): self.init(.failed, "the database says: \(text)")
        case .failed: self.init(.failed, "\(error)\nNothing of that step was kept; mend it and try again.")
        }
    }

    private init(_ error: DatabaseError) {
        switch error {
        case .unavailable, .overloaded:
            self.init(.unreachable, "the connection to the database is lost\n\(Self.checkServer)")
        case .deadline, .connectionLost:
            self.init(.unreachable, "the database did not answer; whether it was done is not known: look, then repeat")
        case .refused(let state):
            self.init(.failed, "the database refused (SQLSTATE \(state)); its own log says why")
        case .unexpectedAnswer:
            self.init(.failed, "the database's tables are not those of Grapevine; check postgres.dsn")
        }
    }

    private static let checkServer = "Check that PostgreSQL runs and that postgres.dsn in the configuration is right."
}

extension String {
    /// Without the line end that libpq puts at the end.
    fileprivate var trimmed: String { String(reversed().drop { $0.isNewline }.reversed()) }
}
