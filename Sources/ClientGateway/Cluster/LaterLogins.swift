import Conversations
import DBProxy
import Reactor
import TalkProtocol

/// Users of this node who have logged in at one of which nothing is heard, which cannot say so: the one with the later
/// login is the user, and the database numbers logins.
extension Gateway {
    private static let loginsPerLook = 500

    func lookForLaterLogins() {
        guard !isLookingForLogins else { return }
        isLookingForLogins = true
        look(at: (roster.pcs + roster.mobiles).map { LoginMark($0.user, $0.device, $0.epoch) }[...])
    }

    /// Some at a time: nobody else's login waits for all of them.
    private func look(at marks: ArraySlice<LoginMark>) {
        guard !marks.isEmpty else {
            isLookingForLogins = false
            return
        }
        database.laterLogins(than: Array(marks.prefix(Self.loginsPerLook))) { [weak self] result in
            guard let self else { return }
            guard case .success(let later) = result else {
                isLookingForLogins = false
                return
            }
            for login in later {
                guard let entry = online.presence(of: login.user)[login.device], entry.epoch < login.epoch,
                    Int(entry.address.loop) == loop.index
                else { continue }
                kick(entry.address, .duplicateUser)
            }
            look(at: marks.dropFirst(Self.loginsPerLook))
        }
    }
}
