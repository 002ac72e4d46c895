import Cluster
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

/// Messages between nodes, to be checked: each carries the number that its sender counted for its receiver.
struct Traffic {
    /// Sent to and received from each peer: the last number.
    var sent: [Peer: UInt64] = [:]
    var received: [Peer: UInt64] = [:]
}

/// What users do, and what the checks make of it.
extension ClusterWorld {
    /// The user logs in at a node: PostgreSQL issues the epoch, an earlier session on the same node ends.
    public func login(_ user: UserID, _ clientType: ClientType, at place: Int) {
        guard nodes[place].state == .running else { return }
        let key = SessionKey(user: user, device: clientType.deviceClass)
        loginEpochs[key, default: 0] += 1
        guard let epoch = loginEpochs[key], let login = LoginEpoch(epoch) else { return }
        nodes[place].sessions[key] = epoch
        nodes[place].cluster.opened(user, clientType, .online, login, at: now)
        carryOut(place)
    }

    public func logout(_ user: UserID, _ device: DeviceClass, at place: Int) {
        let key = SessionKey(user: user, device: device)
        guard nodes[place].state == .running, let epoch = nodes[place].sessions.removeValue(forKey: key),
            let login = LoginEpoch(epoch)
        else { return }
        nodes[place].cluster.closed(user, device, login, at: now)
        carryOut(place)
    }

    func supersede(_ user: UserID, _ device: DeviceClass, upTo login: Int64, at place: Int) {
        let key = SessionKey(user: user, device: device)
        guard let mine = nodes[place].sessions[key], mine <= login, let epoch = LoginEpoch(mine) else { return }
        if loginEpochs[key] == mine { violations.append("\(key) lost its only valid session at \(place)") }
        nodes[place].sessions[key] = nil
        nodes[place].cluster.closed(user, device, epoch, at: now)
    }

    /// Sends a numbered message to another node.
    public func sendMessage(from place: Int, to target: Int) {
        let (node, other) = (nodes[place], nodes[target].cluster.me)
        guard node.state == .running, place != target, node.cluster.swim.isLive(other) else { return }
        let number = (node.traffic.sent[other] ?? 0) + 1
        let body = [UInt8](repeating: 1, count: Int.random(in: 0...2000, using: &random))
        guard
            node.cluster.mesh.publish(
                .reliable, on: .messages0, Topic(rawValue: 77), key: number, body.rawBytes, to: other.node)
        else { return }
        node.traffic.sent[other] = number
        carryOut(place)
    }

    /// Each message once and in order (B1). Numbers may be missing only where the sender abandoned messages.
    func noteArrival(_ number: UInt64, from peer: Peer, at place: Int) {
        let last = nodes[place].traffic.received[peer] ?? 0
        if number <= last { violations.append("message \(number) from \(peer) after \(last) at \(place)") }
        nodes[place].traffic.received[peer] = number
    }

    // MARK: Checks

    /// Everyone who runs has the same members.
    public var membersAgree: Bool {
        let running = nodes.filter { $0.state == .running }
        return running.allSatisfy { $0.cluster.swim.memberCount == running.count }
            && Set(running.map(\.cluster.swim.tableHash)).count <= 1
    }

    /// Everyone runs, and knows everyone.
    public var isWhole: Bool { nodes.allSatisfy { $0.state == .running } && membersAgree }

    /// What is wrong with presence: every node must show exactly the sessions that are open (P1, P3), of which there
    /// is one for each user and class, and that is the latest one (K1 to K3).
    public func presenceFaults() -> [String] {
        var faults: [String] = []
        var open: [SessionKey: [(Peer, Int64)]] = [:]
        for node in nodes where node.state == .running {
            for (key, login) in node.sessions { open[key, default: []].append((node.cluster.me, login)) }
        }
        for (key, sessions) in open.sorted(by: { $0.key < $1.key }) where sessions.count > 1 {
            faults.append("\(key.user) \(key.device) has \(sessions.count) sessions: \(sessions)")
        }
        for node in nodes where node.state == .running {
            for user in Set(loginEpochs.keys.map(\.user)).sorted() {
                var shown: [String] = []
                node.cluster.table.forEachSession(of: user) {
                    shown.append("\($0.peer) \($0.device) \($0.login)")
                }
                let expected = open.filter { $0.key.user == user }.flatMap { key, sessions in
                    sessions.map { "\($0.0) \(key.device) \($0.1)" }
                }
                if shown.sorted() != expected.sorted() {
                    faults.append("\(node.cluster.me) shows \(shown) of \(user), open are \(expected)")
                }
            }
        }
        return faults
    }
}
