public import DBProxy
public import Directory
import TalkProtocol

/// Why something that an operator asked for was not done.
public enum AdministrationError: Error, Equatable, Sendable {
    /// With the reason that libpq or the server gives.
    case unreachable(String)
    /// The database has the tables of another version.
    case wrongSchema(found: Int32, needed: Int32)
    /// The call failed, or its outcome is not known.
    case database(DatabaseError)
    case badName(String, reason: String)
    case badPassword(reason: String)
    case nameTaken(String)
    case unknownUsers([String])
    case unknownDepartment(String)
    /// Several departments have this name.
    case ambiguousDepartment(String, ids: [UInt32])
    case departmentNameTaken(String)
    case tooManyMembers(Int, limit: Int)
    /// These users are in as many groups as one may be.
    case tooManyGroups([String], limit: Int)
    case tokenNameTaken(String)
    case unknownToken(String)
    case unknownBot(String)
    /// It has no password.
    case isBot
    /// There is no such group, or who was to write there is no member.
    case noMember
    case unknownWebhook(String)
    case webhookNameTaken(String)
    /// There are as many as there may be.
    case tooManyWebhooks
    /// It is not as `https://host:port/path`.
    case badURL
    /// OpenSSL gave no random bytes.
    case noToken
    /// OpenSSL refused to compute a password's stored form.
    case noPasswordHash
    /// For a reason that none of the commands meets that work without a node.
    case refused(DirectoryError)
}

extension AdministrationError {
    /// - Parameters:
    ///   - name: of what the order was about.
    ///   - department: that it named.
    ///   - users: that it named.
    init(_ error: DirectoryError, about name: String, department: DepartmentID = 0, users: [Profile] = []) {
        func names(_ some: [UserID]) -> [String] { users.filter { some.contains($0.id) }.map(\.name) }
        self =
            switch error {
            case .badText(let text, let reason): .badName(text, reason: reason)
            case .unknownUser: .unknownUsers([name])
            case .nameTaken: .nameTaken(name)
            case .departmentNameTaken: .departmentNameTaken(name)
            case .unknownDepartment: .unknownDepartment("#\(department.rawValue)")
            case .unknownUsers(let some): .unknownUsers(names(some))
            case .tooManyGroups(let some): .tooManyGroups(names(some), limit: Int(Database.maxGroupsOfMember))
            case .database(let error): .database(error)
            case .unknownBot: .unknownBot(name)
            case .tokenNameTaken: .tokenNameTaken(name)
            case .unknownToken: .unknownToken(name)
            case .isBot: .isBot
            case .noMember: .noMember
            case .unknownWebhook: .unknownWebhook(name)
            case .webhookNameTaken: .webhookNameTaken(name)
            case .tooManyWebhooks: .tooManyWebhooks
            case .badURL: .badURL
            case .tooManyTokens, .departmentInUse, .unknownGroup, .tooManyMembers, .tooManyMade, .notAllowed, .conflict:
                .refused(error)
            }
    }
}
