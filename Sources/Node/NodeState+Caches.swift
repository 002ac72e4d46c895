import Accounts
import Conversations
import NodeAdmin
import Synchronization

extension NodeState: CacheFacts {
    func caches() -> [CacheRecord] {
        let groups = reports.withLock { $0.map(\.knownGroups) }
        return [
            CacheRecord(.credentials, entries: credentials.count, capacity: CredentialCache.maxEntries),
            CacheRecord(
                .groupMembers, entries: groups.reduce(0, +), capacity: groups.count * Conversations.maxGroups),
        ]
    }

    func empty(_ cache: CacheRecord.Name) {
        switch cache {
        case .credentials: credentials.removeAll()
        case .groupMembers: groupEmptyings.add(1, ordering: .releasing)
        }
    }
}
