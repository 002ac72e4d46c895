public import TalkProtocol

/// Who is in a group, by the version of its list. The lists come from a cache or the database.
public protocol MemberDirectory: AnyObject {
    /// The members in that version, if they are at hand.
    func members(of group: GroupID, version: UInt32) -> [UserID]?

    /// Fetches the list in that version (or a newer one, stored under the version asked for too) and calls back when
    /// it is at hand. Calls back in the order of the requests for one group.
    func load(_ group: GroupID, version: UInt32, _ completion: @escaping () -> Void)

    /// Fetches the list as it is now; `nil` if the group or the database is not there.
    func loadCurrent(_ group: GroupID, _ completion: @escaping (UInt32?) -> Void)
}
