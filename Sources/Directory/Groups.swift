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
            guard case .allowed(let changed) = GroupRules.judge(change, of: users, by: actor, in: record) else {
                return completion(.refused(current: record.members))
            }
            if changed.isEmpty {
                return completion(.changed(current: record.members, changed: [], version: record.version))
            }
            if change == .del, changed.contains(record.creator), let heir = GroupRules.heir(of: record, changed) {
                return handOver(number, to: heir, change, users, group, actor, completion)
            }
            let (adding, removing) = change == .add ? (changed, []) : ([], changed)
            database.changeMembers(of: group, atVersion: record.version, adding: adding, removing: removing) {
                [self] result in
                switch result {
                case .success(.changed(let version)):
                    reportChange(change, group, actor, changed, version, completion)
                case .success(.stale) where number < Self.maxAttempts:
                    attempt(number + 1, change, users, group, actor, completion)
                case .success(.stale): completion(.conflict)
                case .failure(let error): completion(.failed(error))
                }
            }
        }
    }

    /// The creator leaves: first the group goes to another one. Should the rest fail, it stays with that one.
    private func handOver(
        _ number: Int, to heir: UserID, _ change: GroupModifyType, _ users: [UserID], _ group: GroupID,
        _ actor: UserID?, _ completion: @escaping (ChangeResult) -> Void
    ) {
        database.handOverGroup(group, to: heir) { [self] result in
            switch result {
            // Or he has just left too.
            case .success(let isDone) where isDone || number < Self.maxAttempts:
                attempt(number + 1, change, users, group, actor, completion)
            case .success: completion(.conflict)
            case .failure(let error): completion(.failed(error))
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
