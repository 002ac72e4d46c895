import DBProxy
import Directory
import HTTPCore
import Primitives
import TalkProtocol

/// What the directory refuses, for programs.
extension Problem {
    init(_ error: DirectoryError) {
        switch error {
        case .badText(_, let reason): self.init(.invalid, "a text cannot be stored: \(reason)")
        case .unknownUser: self.init(.userUnknown, "there is no such user")
        case .nameTaken:
            self.init(.nameTaken, "there is a user of this name already; the case of letters makes no difference")
        case .departmentNameTaken:
            self.init(.departmentNameTaken, "there is a department of this name at that place, in whatever case")
        case .unknownDepartment: self.init(.departmentUnknown, "there is no such department")
        case .departmentInUse(let users, let departments):
            self.init(
                .departmentInUse, "\(users) users and \(departments) departments belong to it: move them first",
                details: [("users", .number(users)), ("departments", .number(departments))])
        case .unknownGroup: self.init(.groupUnknown, "there is no such group")
        case .unknownUsers(let users):
            self.init(
                .usersUnknown, "some of the users do not exist or are disabled", details: Self.details(users))
        case .tooManyMembers:
            self.init(.tooManyMembers, "a group has \(GroupRules.maxMembers) members at most")
        case .tooManyGroups(let users):
            self.init(
                .tooManyGroups,
                "some of the users have no room for another group: \(Database.maxGroupsOfMember) of administrators, "
                    + "and as many temporary ones of others, \(Database.maxGroupsOfMaker) of each maker",
                details: Self.details(users))
        case .tooManyMade: self.init(.tooManyGroups, "who makes the group has made as many as one may")
        case .noMember: self.init(.noMember, "the user is no active member of the group")
        case .isBot: self.init(.isBot, "a bot has no password, but tokens")
        case .unknownBot: self.init(.botUnknown, "there is no such bot, or it is disabled")
        case .tokenNameTaken:
            self.init(.tokenNameTaken, "the bot has a token of this name; those of revoked ones are not free again")
        case .unknownToken: self.init(.tokenUnknown, "the bot has no token of this name that is not revoked")
        case .tooManyTokens:
            self.init(.tooManyTokensOfBot, "a bot has \(Database.maxTokensOfBot) tokens and webhooks at most")
        case .badURL:
            self.init(
                .invalid, "url must be as https://host:port/path, and nothing else",
                details: [("field", .string("url"))])
        case .webhookNameTaken: self.init(.webhookNameTaken, "there is a webhook of this name")
        case .unknownWebhook: self.init(.webhookUnknown, "there is no such webhook")
        case .tooManyWebhooks:
            self.init(.tooManyWebhooks, "there are \(Database.maxWebhooks) webhooks at most")
        case .notAllowed:
            self.init(
                .membersRefused, "a group has \(GroupRules.maxMembers) members at most, and one who leads it stays")
        case .conflict:
            self.init(.groupBusy, "others change the members of the group all the time: nothing was changed")
        case .database(let error): self.init(error)
        }
    }

    private static func details(_ users: [UserID]) -> [(String, JSON)] {
        [("user_ids", .array(users.map { .number(Int($0.rawValue)) }))]
    }
}

extension Call {
    /// Gives an order to the directory, and says why it was not carried out.
    func order<Value>(
        _ order: (@escaping DirectoryCompletion<Value>) -> Void, then body: @escaping (Value) -> Void
    ) {
        order { result in
            switch result {
            case .success(let value): body(value)
            case .failure(let error): send(.problem(Problem(error)))
            }
        }
    }
}

extension Problem.Kind {
    static let userUnknown = Self(.notFound, "user_unknown", "there is no such user")
    static let nameTaken = Self(.conflict, "name_taken", "there is a user of this name")
    /// In the path.
    static let noDepartment = Self(.notFound, "department_unknown", "there is no such department")
    /// In the body.
    static let departmentUnknown = Self(.conflict, "department_unknown", "the department of the body does not exist")
    static let departmentNameTaken = Self(
        .conflict, "department_name_taken", "there is a department of this name at that place")
    static let departmentInUse = Self(
        .conflict, "department_in_use", "users or departments belong to the department")
    static let groupUnknown = Self(.notFound, "group_unknown", "there is no such group")
    static let usersUnknown = Self(.conflict, "users_unknown", "users do not exist or are disabled")
    static let tooManyMembers = Self(.conflict, "too_many_members", "a group has 500 members at most")
    static let tooManyGroups = Self(.conflict, "too_many_groups", "users are in as many groups as one may be")
    static let noMember = Self(.conflict, "not_a_member", "the user is no active member of the group")
    static let isBot = Self(.conflict, "is_a_bot", "a bot has no password")
    static let botUnknown = Self(.notFound, "bot_unknown", "there is no such bot, or it is disabled")
    static let tokenNameTaken = Self(.conflict, "token_name_taken", "the bot has or had a token of this name")
    static let tokenUnknown = Self(.notFound, "token_unknown", "the bot has no such token, or it was revoked")
    static let tooManyTokensOfBot = Self(.conflict, "too_many_tokens", "the bot has as many tokens as it may")
    static let webhookUnknown = Self(.notFound, "webhook_unknown", "there is no such webhook")
    static let webhookNameTaken = Self(.conflict, "webhook_name_taken", "there is a webhook of this name")
    static let tooManyWebhooks = Self(.conflict, "too_many_webhooks", "there are as many as there may be")
    static let membersRefused = Self(
        .conflict, "members_refused", "the group would be too large or lose its creator")
    static let groupBusy = Self(
        .conflict, "group_busy", "others changed the members of the group again and again: nothing was changed")
}
