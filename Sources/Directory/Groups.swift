public import DBProxy
public import TalkProtocol

/// What is done with groups, by whichever door the order comes: judged by the same rules, written whole or not at all,
/// and announced to the clients of those whom it concerns.
///
/// Nobody is told of a new group, nor of a new name or creator: clients show them at their next list request, as with
/// the original. Confined to the loop of its database.
public struct Groups {
    public typealias Announce = (MemberChange) -> Void

    /// An attempt fails only when a change of somebody else succeeded: this is how many of those one change gives way
    /// to, and no two of them can wait for each other.
    private static let maxAttempts = 64

    private let database: Database
    private let announce: Announce

    public init(_ database: Database, announce: @escaping Announce) {
        self.database = database
        self.announce = announce
    }

    /// - Parameter maxMade: temporary groups that its creator may have made; any number without.
    public func make(
        _ group: NewGroup, maxMade: Int? = nil, _ completion: @escaping DirectoryCompletion<(GroupID, [UserID])>
    ) {
        do throws(DirectoryError) {
            let (name, avatar) = (try NameRule.group.judge(group.name), try NameRule.picture.judge(group.avatar))
            if group.members.isEmpty { throw .unknownUsers([]) }
            if group.members.count > GroupRules.maxMembers { throw .tooManyMembers }
            database.createGroup(
                name: name, avatar: avatar, creator: group.creator ?? UserID(0), type: group.type,
                members: group.members, maxMade: maxMade
            ) { result in
                completion(
                    result.judged { making in
                        switch making {
                        case .made(let id, let members): .success((id, members))
                        case .tooManyMade: .failure(.tooManyMade)
                        case .unknownUsers(let users): .failure(.unknownUsers(users))
                        case .tooManyGroups(let users): .failure(.tooManyGroups(users))
                        }
                    })
            }
        } catch {
            completion(.failure(error))
        }
    }

    /// Another name, or another member who leads it, or both; `nil` leaves it as it is.
    public func change(
        _ group: GroupID, name: String?, creator: UserID?, _ completion: @escaping DirectoryCompletion<Void>
    ) {
        do throws(DirectoryError) {
            database.changeGroup(group, name: try NameRule.group.judge(name), creator: creator) { result in
                completion(
                    result.judged { change in
                        switch change {
                        case .changed: .success(())
                        case .unknown: .failure(.unknownGroup)
                        case .noMember: .failure(.noMember)
                        }
                    })
            }
        } catch {
            completion(.failure(error))
        }
    }

    /// Everybody leaves, and nobody can write to it. Gets who was in it.
    public func dissolve(_ group: GroupID, _ completion: @escaping DirectoryCompletion<[UserID]>) {
        database.dissolveGroup(group) { [announce] result in
            completion(
                result.judged { removed in
                    guard let removed else { return .failure(.unknownGroup) }
                    announce(MemberChange(group: group, change: .del, changed: removed, members: [], actor: nil))
                    return .success(removed)
                })
        }
    }

    /// - Parameters:
    ///   - actor: `nil` for an administrator.
    ///   - completion: also gets the members as they are if nothing was changed, as far as they were read.
    public func changeMembers(
        _ change: GroupModifyType, _ users: [UserID], of group: GroupID, by actor: UserID?,
        _ completion: @escaping (Result<MemberChange, DirectoryError>, [UserID]) -> Void
    ) {
        attempt(1, change, users, group, actor, completion)
    }

    private func attempt(
        _ number: Int, _ change: GroupModifyType, _ users: [UserID], _ group: GroupID, _ actor: UserID?,
        _ completion: @escaping (Result<MemberChange, DirectoryError>, [UserID]) -> Void
    ) {
        database.groups([group], askedBy: actor ?? UserID(0)) { [self] result in
            let record: GroupRecord
            switch result.judged({ $0.first.map { .success($0) } ?? .failure(.unknownGroup) }) {
            case .success(let found): record = found
            case .failure(let error): return completion(.failure(error), [])
            }
            let (changed, endsGroup): ([UserID], Bool)
            switch GroupRules.judge(change, of: users, by: actor, in: record) {
            case .allowed(let users): (changed, endsGroup) = (users, false)
            case .ends(let users): (changed, endsGroup) = (users, true)
            case .refused: return completion(.failure(.notAllowed), record.members)
            }
            let members = change == .add ? record.members + changed : record.members.filter { !changed.contains($0) }
            let done = MemberChange(group: group, change: change, changed: changed, members: members, actor: actor)
            if changed.isEmpty { return completion(.success(done), members) }
            let (adding, removing) = change == .add ? (changed, []) : ([], changed)
            database.changeMembers(
                of: group, atVersion: record.version, adding: adding, removing: removing, endsGroup: endsGroup
            ) { result in
                switch result {
                case .success(.changed):
                    announce(done)
                    completion(.success(done), members)
                case .success(.stale) where number < Self.maxAttempts:
                    attempt(number + 1, change, users, group, actor, completion)
                case .success(.stale): completion(.failure(.conflict), record.members)
                case .success(.tooManyGroups(let users)): completion(.failure(.tooManyGroups(users)), record.members)
                case .success(.unknownUsers(let users)): completion(.failure(.unknownUsers(users)), record.members)
                case .failure(let error): completion(.failure(.database(error)), record.members)
                }
            }
        }
    }
}
