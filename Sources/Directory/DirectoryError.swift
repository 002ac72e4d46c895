public import DBProxy
import Primitives
public import TalkProtocol

/// Why users, groups, departments or webhooks were not changed: the same reasons whoever asked. Nothing was changed
/// then.
public enum DirectoryError: Error, Equatable, Sendable {
    /// Completed as `NameRule.flaw` says.
    case badText(String, reason: String)
    case unknownUser
    /// By a user, in whatever case.
    case nameTaken
    /// By a department at that place, in whatever case.
    case departmentNameTaken
    /// The department, or the one that it is to belong to.
    case unknownDepartment
    case departmentInUse(users: Int, departments: Int)
    case unknownGroup
    /// These do not exist, or have left.
    case unknownUsers([UserID])
    case tooManyMembers
    /// Who makes the group has made as many as he may.
    case tooManyMade
    /// These are in as many groups as one may be.
    case tooManyGroups([UserID])
    /// Whom the group was to be handed to, or who was to write there, is no active member.
    case noMember
    /// It has no password.
    case isBot
    /// There is no bot of this number, or it is disabled.
    case unknownBot
    /// By another token of the bot, revoked ones included.
    case tokenNameTaken
    /// Or it was revoked.
    case unknownToken
    /// A bot has as many as it may.
    case tooManyTokens
    /// It is not as `https://host:port/path`.
    case badURL
    case webhookNameTaken
    case unknownWebhook
    /// There are as many as there may be.
    case tooManyWebhooks
    /// By `GroupRules`.
    case notAllowed
    /// Others changed the group each time between the reading and the writing.
    case conflict
    case database(DatabaseError)
}

/// Called once, on the loop of the database.
public typealias DirectoryCompletion<Value> = (Result<Value, DirectoryError>) -> Void

extension Result where Failure == DatabaseError {
    /// Of what the database says.
    public func judged<Value>(_ judge: (Success) -> Result<Value, DirectoryError>) -> Result<Value, DirectoryError> {
        switch self {
        case .success(let value): judge(value)
        case .failure(let error): .failure(.database(error))
        }
    }
}

extension NameRule {
    /// As it is stored.
    func judge(_ text: String) throws(DirectoryError) -> String {
        let text = text.inNormalForm
        if let reason = flaw(in: text) { throw .badText(text, reason: reason) }
        return text
    }

    /// The same for what may stay as it is.
    func judge(_ text: String?) throws(DirectoryError) -> String? {
        guard let text else { return nil }
        return try judge(text) as String
    }
}
