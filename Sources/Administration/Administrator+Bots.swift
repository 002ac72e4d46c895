import Crypto
public import DBProxy
import Directory
public import TalkProtocol

/// Bots, without a node.
extension Administrator {
    public func addBot(
        _ name: String, nick: String, departmentID: DepartmentID
    ) throws(AdministrationError) -> UserID {
        do throws(DirectoryError) {
            return try database.order { Bots($0).make(name: name, nick: nick, departmentID: departmentID, $1) }
        } catch {
            throw AdministrationError(error, about: name, department: departmentID)
        }
    }

    /// In the order of their numbers, those who left too.
    public func bots(limit: Int) throws(AdministrationError) -> [Profile] {
        try database.call { $0.bots(after: UserID(0), limit: limit, $1) }
    }

    /// Also one that is disabled already.
    /// - Parameter reference: a name, or `#7` for user number 7.
    public func removeBot(_ reference: String) throws(AdministrationError) {
        let bot = try bot(reference)
        try order(about: reference) { Bots($0).remove(bot, $1) }
    }

    /// Makes a token of a bot; it is shown once and stored nowhere.
    /// - Parameter group: makes a webhook of this group.
    public func addBotToken(
        _ name: String, of reference: String, group: GroupID?
    ) throws(AdministrationError) -> String {
        let (bot, token) = (try bot(reference), try Self.make(group == nil ? .bot : .webhook))
        try order(about: name) { Bots($0).addToken(name, of: bot, token, group: group, $1) }
        return token
    }

    /// Puts a new token into the place of an old one.
    public func rotateBotToken(_ name: String, of reference: String) throws(AdministrationError) -> String {
        let bot = try bot(reference)
        let record = try order(about: name) { Bots($0).token(name, of: bot, $1) }
        let token = try Self.make(record.group == nil ? .bot : .webhook)
        try order(about: name) { Bots($0).rotateToken(name, of: bot, to: token, $1) }
        return token
    }

    public func revokeBotToken(_ name: String, of reference: String) throws(AdministrationError) {
        let bot = try bot(reference)
        try order(about: name) { Bots($0).revokeToken(name, of: bot, $1) }
    }

    /// By name, revoked ones too.
    public func botTokens(of reference: String) throws(AdministrationError) -> [BotTokenRecord] {
        let bot = try bot(reference)
        return try database.call { $0.botTokens(of: bot, $1) }
    }

    private func bot(_ reference: String) throws(AdministrationError) -> UserID {
        guard let user = try user(reference), user.isBot else { throw .unknownBot(reference) }
        return user.id
    }

    func order<Value: Sendable>(
        about name: String, _ order: @escaping @Sendable (Database, @escaping DirectoryCompletion<Value>) -> Void
    ) throws(AdministrationError) -> Value {
        do throws(DirectoryError) {
            return try database.order(order)
        } catch {
            throw AdministrationError(error, about: name)
        }
    }

    static func make(_ form: TokenForm) throws(AdministrationError) -> String {
        do throws(CryptoError) {
            return try form.make()
        } catch {
            throw .noToken
        }
    }
}
