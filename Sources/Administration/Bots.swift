public import DBProxy
public import Directory
public import TalkProtocol

/// What is done with bots, by whichever door the order comes: accounts of programs, which are known by tokens and
/// have no password. In everything else they are users. Confined to the loop of its database.
public struct Bots {
    private let database: Database

    public init(_ database: Database) {
        self.database = database
    }

    public func make(
        name: String, nick: String, departmentID: DepartmentID, _ completion: @escaping DirectoryCompletion<UserID>
    ) {
        Users(database).make(.bot(name: name, nick: nick, departmentID: departmentID), completion)
    }

    /// Ends a bot as a user is ended, and its tokens for good, even if the account is taken back.
    public func remove(_ bot: UserID, _ completion: @escaping DirectoryCompletion<Void>) {
        database.removeBot(bot) { completion(Self.found($0, orElse: .unknownBot)) }
    }

    /// - Parameters:
    ///   - token: of which only the digest is stored.
    ///   - group: of which the token is a webhook.
    public func addToken(
        _ name: String, of bot: UserID, _ token: String, group: GroupID?,
        _ completion: @escaping DirectoryCompletion<Void>
    ) {
        if let reason = AdminToken.flaw(inName: name) { return completion(.failure(.badText(name, reason: reason))) }
        database.addBotToken(name, of: bot, hash: TokenForm.digest(of: token), group: group) { result in
            switch result {
            case .success(.made): completion(.success(()))
            case .success(.unknownBot): completion(.failure(.unknownBot))
            case .success(.nameTaken): completion(.failure(.tokenNameTaken))
            case .success(.tooMany): completion(.failure(.tooManyTokens))
            case .success(.noMember): completion(.failure(.noMember))
            case .failure(let error): completion(.failure(.database(error)))
            }
        }
    }

    /// Puts a new token into the place of an old one, which is worthless within seconds.
    public func rotateToken(
        _ name: String, of bot: UserID, to token: String, _ completion: @escaping DirectoryCompletion<Void>
    ) {
        database.rotateBotToken(name, of: bot, hash: TokenForm.digest(of: token)) {
            completion(Self.found($0, orElse: .unknownToken))
        }
    }

    /// Also one that is revoked already. Nodes notice within seconds.
    public func revokeToken(_ name: String, of bot: UserID, _ completion: @escaping DirectoryCompletion<Void>) {
        database.revokeBotToken(name, of: bot) { completion(Self.found($0, orElse: .unknownToken)) }
    }

    /// The token of a bot with this name that is not revoked.
    public func token(
        _ name: String, of bot: UserID, _ completion: @escaping DirectoryCompletion<BotTokenRecord>
    ) {
        database.botTokens(of: bot) { result in
            switch result {
            case .success(let tokens):
                let found = tokens.first { $0.name.utf8.elementsEqual(name.utf8) && $0.revokedAt == nil }
                completion(found.map { .success($0) } ?? .failure(.unknownToken))
            case .failure(let error): completion(.failure(.database(error)))
            }
        }
    }

    private static func found(
        _ result: Result<Bool, DatabaseError>, orElse error: DirectoryError
    ) -> Result<Void, DirectoryError> {
        switch result {
        case .success(true): .success(())
        case .success(false): .failure(error)
        case .failure(let trouble): .failure(.database(trouble))
        }
    }
}
