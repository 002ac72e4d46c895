import Cluster
import Membership
import Presence
import Primitives
import TalkProtocol
import TopicBus

/// How everything must be when the faults are over.
extension ClusterWorld {
    /// Everyone who runs has the same members.
    public var membersAgree: Bool {
        let running = nodes.filter { $0.state == .running }
        return running.allSatisfy { $0.cluster.swim.memberCount == running.count }
            && Set(running.map(\.cluster.swim.tableHash)).count <= 1
    }

    /// Everyone who is meant to run does, and knows everyone.
    public var isWhole: Bool {
        nodes.allSatisfy { $0.state == ($0.isRetired ? .down : .running) } && membersAgree
    }

    /// The control lanes between all who run are there.
    private var isMeshed: Bool {
        let running = nodes.filter { $0.state == .running }
        return running.allSatisfy { node in
            running.allSatisfy { $0 === node || node.cluster.mesh.isLinked($0.me) }
        }
    }

    /// Everything is as it must be, except for what is to last; and no fault is still to show, as of a connection that
    /// is dead and not known to be.
    public var isSettled: Bool {
        isCalm(for: .zero) && isWhole && isMeshed && isDrained && presenceFaults().isEmpty
    }

    /// Adds what is wrong to the violations.
    public func checkEnd() {
        if !isWhole {
            let view = nodes.map { "\($0.name) \($0.state) sees \($0.cluster.swim.memberCount)" }
            violate(.m4, "the members do not agree: \(view.joined(separator: ", "))")
        }
        for (property, text) in presenceFaults() { violate(property, text) }
        for node in nodes where node.state == .running {
            if let broken = node.cluster.checkInvariants(readsTable: true) {
                violate(.invariants, "\(node.name): \(broken)")
            }
        }
        checkTraffic()
        if !isDrained { violate(.t3, "messages are not confirmed") }
        guard isWhole else { return }
        let running = nodes.filter { $0.state == .running }
        for node in running {
            checkBounds(of: node)
            // Lives that are over are swept in less than a second; those that died and did not come back wait.
            let dead = node.cluster.swim.allMembers.count { $0.standing.rank == .dead }
            if node.cluster.table.originCount > running.count + dead {
                violate(.r6, "\(node.name) remembers \(node.cluster.table.originCount) lives")
            }
            for other in running where other !== node && !node.cluster.mesh.isLinked(other.me) {
                violate(.m4, "\(node.name) has no link to \(other.name)")
            }
        }
    }

    /// What is wrong with presence: every node must show exactly the sessions that are open (R1, R3), of which there
    /// is one for each user and class, and that is the latest one (K1 to K3).
    public func presenceFaults() -> [(Property, String)] {
        var faults: [(Property, String)] = []
        var open: [SessionKey: [(Peer, Int64)]] = [:]
        for node in nodes where node.state == .running {
            for (key, session) in node.sessions { open[key, default: []].append((node.me, session.epoch)) }
        }
        for (key, sessions) in open.sorted(by: { $0.key < $1.key }) where sessions.count > 1 {
            faults.append((.k1, "\(key.user) \(key.device) has \(sessions.count) sessions: \(sessions)"))
        }
        for node in nodes where node.state == .running {
            for user in users {
                var shown: Set<String> = []
                node.cluster.table.forEachSession(of: user) {
                    shown.insert("\($0.peer) \($0.device) \($0.login)")
                }
                var expected: Set<String> = []
                for device in [DeviceClass.pc, .mobile] {
                    for (peer, epoch) in open[SessionKey(user: user, device: device)] ?? [] {
                        expected.insert("\(peer) \(device) \(epoch)")
                    }
                }
                if shown == expected { continue }
                let property: Property = shown.isSubset(of: expected) ? .r3 : .r1
                faults.append(
                    (property, "\(node.name) shows \(shown.sorted()) of \(user), open are \(expected.sorted())"))
            }
        }
        return faults
    }
}
