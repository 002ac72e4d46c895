import Program
import TalkProtocol

/// Who is called what, as far as the server has told. Names are those that one logs in with. A core.
struct Roster {
    private var names: [UserID: String] = [:]
    private var users: [String: UserID] = [:]
    /// What the server said last; sent with the next question, so that it tells only what is newer.
    private(set) var stamp: UInt32 = 0

    var everyone: [UserID] { users.values.sorted() }

    mutating func told(_ list: [UserInfo], stamp: UInt32) {
        self.stamp = max(self.stamp, stamp)
        for info in list {
            let user = UserID(info.userID)
            if let old = names[user] { users[old] = nil }
            names[user] = info.userRealName
            // 3: has left. What such a user wrote stays.
            if info.status != 3 { users[info.userRealName] = user }
        }
    }

    func knows(_ user: UserID) -> Bool { names[user] != nil }

    /// As it is written, or else whatever the case of its letters.
    func user(called name: String) -> UserID? {
        users[name] ?? users[name.lowercased()]
    }

    /// For people.
    func name(of user: UserID) -> String {
        names[user].map(\.onTerminal) ?? "user \(user.rawValue)"
    }
}
