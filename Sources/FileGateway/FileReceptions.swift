import Reactor
import TalkProtocol

/// How many parts of files are being read, and of whom: one address, user or file takes its share and leaves the
/// others theirs. A core.
struct FileReceptions {
    /// What a part counts as: its sender is not known before the database knows his token.
    enum Place: Equatable {
        case stranger(SocketAddress.Host)
        case sender(UserID, file: String)
    }

    static let most = 100
    static let mostStrangersOfSite = 16
    static let mostOfSender = 16
    static let mostOfFile = 4

    private var count = 0
    private var strangersOfSites: [SocketAddress.Host: Int] = [:]
    private var ofSenders: [UserID: Int] = [:]
    private var ofFiles: [String: Int] = [:]

    /// A part begins. `nil`: there is no place for it.
    mutating func enter(from site: SocketAddress.Host) -> Place? {
        guard count < Self.most, strangersOfSites[site, default: 0] < Self.mostStrangersOfSite else { return nil }
        count += 1
        strangersOfSites[site, default: 0] += 1
        return .stranger(site)
    }

    /// The sender of a part is known. `false`: he has as many as he may have, or the file has.
    mutating func admit(_ place: inout Place, of sender: UserID, to file: String) -> Bool {
        guard case .stranger(let site) = place, ofSenders[sender, default: 0] < Self.mostOfSender,
            ofFiles[file, default: 0] < Self.mostOfFile
        else { return false }
        Self.drop(site, from: &strangersOfSites)
        ofSenders[sender, default: 0] += 1
        ofFiles[file, default: 0] += 1
        place = .sender(sender, file: file)
        return true
    }

    /// A part has ended.
    mutating func leave(_ place: Place) {
        count -= 1
        switch place {
        case .stranger(let site): Self.drop(site, from: &strangersOfSites)
        case .sender(let sender, let file):
            Self.drop(sender, from: &ofSenders)
            Self.drop(file, from: &ofFiles)
        }
    }

    private static func drop<Key: Hashable>(_ key: Key, from counts: inout [Key: Int]) {
        let left = counts[key, default: 1] - 1
        counts[key] = left > 0 ? left : nil
    }
}
