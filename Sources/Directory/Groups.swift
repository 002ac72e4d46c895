public import DBProxy
public import TalkProtocol

/// Changes of groups: read, judge, write, and again if somebody else was faster.
///
/// Confined to its loop.
public final class Groups {
    public enum ChangeResult: Sendable {
        /// The members now and those that were changed.
        case changed(current: [UserID], changed: [UserID], version: UInt32)
        /// Not allowed. The members as they are.
        case refused(current: [UserID])
        /// These are in as many groups as one may be. Nothing was changed.
        case tooManyGroups([UserID], current: [UserID])
        case unknownGroup
        /// Others changed the group each time between the reading and the writing. Nothing was changed.
        case conflict
        case failed(DatabaseError)
    }

    /// An attempt fails only when a change of somebody else succeeded: this is how many of those one change gives way
    /// to, and no two of them can wait for each other.
    private static let maxAttempts = 64

    private let database: Database

    public init(_ database: Database) {
        self.database = database
    }

    /// - Parameter actor: `nil` for an administrator.
    public func changeMembers(
        _ change: GroupModifyType, _ users: [UserID], of group: GroupID, by actor: UserID?,
        _ completion: @escaping (ChangeResult) -> Void
    ) {
        attempt(1, change, users, group, actor, completion)
    }

    private func attempt(
        _ number: Int, _ change: GroupModifyType, _ users: [UserID], _ group: GroupID, _ actor: UserID?,
        _ completion: @escaping (ChangeResult) -> Void
    ) {
        database.groups([group], askedBy: actor ?? UserID(0)) { [self] result in
            let found: [GroupRecord]
            switch result {
            case .success(let groups): found = groups
            case .failure(let error): return completion(.failed(error))
            }
            guard let record = found.first else { return completion(.unknownGroup) }
            let (changed, endsGroup): ([UserID], Bool)
            switch GroupRules.judge(change, of: users, by: actor, in: record) {
            case .allowed(let users): (changed, endsGroup) = (users, false)
            case .ends(let users): (changed, endsGroup) = (users, true)
            case .refused: return completion(.refused(current: record.members))
            }
            if changed.isEmpty {
                return completion(.changed(current: record.members, changed: [], version: record.version))
            }
            let (adding, removing) = change == .add ? (changed, []) : ([], changed)
            database.changeMembers(
                of: group, atVersion: record.version, adding: adding, removing: removing, endsGroup: endsGroup
            ) { [self] result in
                switch result {
                case .success(.changed(let version)) where endsGroup:
                    completion(.changed(current: [], changed: changed, version: version))
                case .success(.changed(let version)):
                    reportChange(change, group, actor, changed, version, completion)
                case .success(.stale) where number < Self.maxAttempts:
                    attempt(number + 1, change, users, group, actor, completion)
                case .success(.stale): completion(.conflict)
                case .success(.tooManyGroups(let users)):
                    completion(.tooManyGroups(users, current: record.members))
                case .failure(let error): completion(.failed(error))
                }
            }
        }
    }

    /// Reads the list once more: users who do not exist were not added, and if none was, nothing was changed.
    private func reportChange(
        _ change: GroupModifyType, _ group: GroupID, _ actor: UserID?, _ changed: [UserID], _ version: UInt32,
        _ completion: @escaping (ChangeResult) -> Void
    ) {
        database.groups([group], askedBy: actor ?? UserID(0)) { result in
            let record: GroupRecord
            switch result {
            case .success(let found):
                guard let first = found.first else { return completion(.unknownGroup) }
                record = first
            case .failure(let error): return completion(.failed(error))
            }
            let members = Set(record.members)
            let done = change == .add ? changed.filter(members.contains) : changed
            if done.isEmpty { return completion(.refused(current: record.members)) }
            completion(.changed(current: record.members, changed: done, version: version))
        }
    }
}
