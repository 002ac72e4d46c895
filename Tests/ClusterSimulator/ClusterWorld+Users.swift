import ClientGateway
import Cluster
import Conversations
import Membership
import Presence
import Primitives
public import TalkProtocol
import TopicBus

struct SessionKey: Hashable, Comparable {
    let user: UserID
    let device: DeviceClass

    static func < (left: SessionKey, right: SessionKey) -> Bool {
        (left.user, left.device.rawValue) < (right.user, right.device.rawValue)
    }
}

/// What users do.
extension ClusterWorld {
    /// The user logs in at a node: PostgreSQL issues the epoch, an earlier session on the same node ends.
    public func login(_ user: UserID, _ clientType: ClientType, at place: Int) {
        guard nodes[place].isServing, !databaseIsAway else { return }
        let key = SessionKey(user: user, device: clientType.deviceClass)
        if !users.contains(user) { users.append(user) }
        loginEpochs[key, default: 0] += 1
        guard let epoch = loginEpochs[key], let login = LoginEpoch(epoch) else { return }
        nodes[place].sessions[key] = Node.Session(epoch: epoch, openedAt: now)
        nodes[place].touched[key] = now
        nodes[place].cluster.opened(user, clientType, .online, login, at: now)
        carryOut(place)
    }

    public func logout(_ user: UserID, _ device: DeviceClass, at place: Int) {
        let key = SessionKey(user: user, device: device)
        guard nodes[place].state == .running, let session = nodes[place].sessions.removeValue(forKey: key),
            let login = LoginEpoch(session.epoch)
        else { return }
        nodes[place].touched[key] = now
        nodes[place].cluster.closed(user, device, login, at: now)
        carryOut(place)
    }

    func supersede(_ user: UserID, _ device: DeviceClass, upTo login: Int64, at place: Int) {
        let key = SessionKey(user: user, device: device)
        if nodes[place].chat?.online.presence(of: user)[device] != nil {
            return supersede(key, upTo: login, at: nodes[place])
        }
        guard let mine = nodes[place].sessions[key], mine.epoch <= login, let epoch = LoginEpoch(mine.epoch) else {
            return
        }
        if loginEpochs[key] == mine.epoch {
            violate(.k2, "\(key.user) \(device) lost its only valid session at \(nodes[place].name)")
        }
        nodes[place].sessions[key] = nil
        nodes[place].touched[key] = now
        nodes[place].cluster.closed(user, device, epoch, at: now)
    }

    /// Everyone logs out, as when the node goes.
    func logoutAll(at place: Int) {
        for key in nodes[place].sessions.keys.sorted() {
            if let entry = nodes[place].chat?.online.presence(of: key.user)[key.device] {
                nodes[place].chat?.loops[Int(entry.address.loop)].end(entry.address)
            } else {
                logout(key.user, key.device, at: place)
            }
        }
    }
}
