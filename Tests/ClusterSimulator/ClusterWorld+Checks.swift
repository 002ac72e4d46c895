import Cluster
import Membership
import Presence
import Primitives
import TalkProtocol
import TopicBus

/// What the checks remember beside what each node has.
struct Watch {
    /// Until then faults are at work that the promises in time do not cover.
    var troubledUntil = Instant(nanoseconds: 0)
    var lossyUntil = Instant(nanoseconds: 0)
    var hints: Set<UInt64> = []
    var lastHint: UInt64 = 0
}

/// Checks while the world runs. What is promised in time counts only for those who have been undisturbed so long.
extension ClusterWorld {
    /// M1: 0.7 s + 4 T + 6 x min + gossip, for up to nine nodes.
    private static let completeness: Duration = .seconds(13)
    /// R3: 1 s and some round trips.
    private static let presenceDelay: Duration = .milliseconds(1500)
    /// A connection that brings nothing for so long is closed, with the time between two looks.
    private static let silence: Duration = .milliseconds(3500)
    /// M4 for links: a dial into a network that was cut for long ends after 2 s, and the next one comes up to 5 s
    /// later. `Mesh.redial` backs off so far on purpose: in a large cluster many dial in vain at the same time.
    private static let reconnection: Duration = .seconds(8)
    /// Parts of a cluster that was cut find each other by contacting those they do not see, twice perhaps.
    private static let merging: Duration = .seconds(10)
    /// A node that was cut off distrusts itself for so long (Lifeguard).
    private static let recovery: Duration = .seconds(20)

    func isOlder(_ since: Instant, than duration: Duration) -> Bool { since < now && now - since >= duration }

    func isCalm(for duration: Duration) -> Bool {
        network.isCalm && (watch.troubledUntil < now && now - watch.troubledUntil >= duration)
    }

    /// To be called after each fault that concerns the network.
    func noteNetwork() { watch.troubledUntil = max(watch.troubledUntil, now) }

    /// To be called now and then.
    public func audit() {
        if !network.isCalm || connections.values.contains(where: isUnnoticed) { noteNetwork() }
        if network.loss > 0 { watch.lossyUntil = now }
        for node in nodes where node.state == .running {
            checkMonotone(node)
            checkDeaths(seenBy: node)
        }
        checkCalls()
        checkFences()
        checkLinks()
        guard isCalm(for: Self.presenceDelay) else { return }
        for observer in nodes where observer.isServing && isOlder(observer.movingSince, than: Self.presenceDelay) {
            checkView(of: observer)
        }
        checkRivals()
    }

    /// One that believes in a damaged connection has not been awake for long enough to find out: what waited for it
    /// while it stood still is a sign of life, and silence has to last for `Mesh.Configuration.maxSilence`.
    private func isUnnoticed(_ connection: Connection) -> Bool {
        guard connection.isDamaged else { return false }
        return [connection.dialer, connection.acceptor].contains { end in
            guard let end, end.isOpen else { return false }
            return !isOlder(nodes[end.place].movingSince, than: Self.silence)
        }
    }

    // MARK: Membership

    /// M5.
    private func checkMonotone(_ node: Node) {
        for member in node.cluster.swim.allMembers {
            if let earlier = node.standings[member.node], earlier > member.standing {
                violate(.m5, "\(node.name) holds \(member.node) for \(member.standing) after \(earlier)")
            }
            node.standings[member.node] = member.standing
        }
    }

    /// M1.
    private func checkDeaths(seenBy observer: Node) {
        guard isCalm(for: Self.completeness + Self.recovery), isOlder(observer.movingSince, than: Self.completeness)
        else { return }
        for node in nodes where node.state != .running && isOlder(node.stillSince, than: Self.completeness) {
            if observer.cluster.swim.isLive(node.me) {
                let since = Note.seconds(node.stillSince)
                violate(.m1, "\(observer.name) has not noticed that \(node.name) is gone since \(since)")
            }
        }
    }

    /// M6: an older life that runs on, although nothing keeps the news from it.
    private func checkFences() {
        guard isCalm(for: Self.merging), isOlder(watch.lossyUntil, than: .seconds(2)) else { return }
        for node in nodes where node.state == .running && isOlder(node.movingSince, than: .seconds(2)) {
            // Who sees nobody finds the others in the database, which he asks every five seconds.
            let isAlone = node.cluster.swim.memberCount < 2
            guard let replaced = node.replacedAt, isOlder(replaced, than: .seconds(isAlone ? 8 : 2)),
                nodes.contains(where: { $0.number == node.number && $0 !== node && $0.isServing
                    && isOlder($0.movingSince, than: .seconds(2)) })
            else { continue }
            violate(.m6, "\(node.name) has not stopped since a later life came at \(Note.seconds(replaced))")
        }
    }

    /// M4: two that know each other do not stay without a link.
    private func checkLinks() {
        guard isCalm(for: Self.reconnection) else { return }
        let steady = nodes.filter { $0.isServing && isOlder($0.movingSince, than: Self.reconnection) }
        for one in steady {
            for other in steady where one !== other && !one.cluster.mesh.isLinked(other.me) {
                guard one.cluster.swim.isLive(other.me), other.cluster.swim.isLive(one.me),
                    let since = one.settledSince[other.me], let otherSince = other.settledSince[one.me],
                    isOlder(max(since, otherSince), than: Self.reconnection)
                else { continue }
                violate(.m4, "\(one.name) has no link to \(other.name) since \(Note.seconds(since))")
            }
        }
    }

    func observe(_ news: ClusterNews, at node: Node) {
        switch news {
        case .died(let peer, _):
            deathCount += 1
            node.settledSince[peer] = now
            abandon(peer, by: node)
            checkVerdict(on: peer, by: node)
            endCalls(with: peer, at: node)
        case .left(let peer):
            endCalls(with: peer, at: node)
            node.settledSince[peer] = now
            abandon(peer, by: node)
        case .joined(let peer):
            node.settledSince[peer] = now
            for user in users { checkLives(of: user, at: node) }
        case .revived(let peer), .linked(let peer), .unlinked(let peer): node.settledSince[peer] = now
        case .malformedPresence(let peer): violate(.s1, "\(node.name) cannot read what \(peer) says of its users")
        case .suspected, .degraded, .recovered, .presenceOverrun: break
        }
    }

    /// M3.
    private func checkVerdict(on peer: Peer, by node: Node) {
        guard isCalm(for: Self.recovery), isOlder(node.movingSince, than: Self.recovery), let victim = lives[peer],
            victim.state == .running, !victim.isLeaving, isOlder(victim.movingSince, than: Self.recovery)
        else { return }
        violate(.m3, "\(node.name) declares \(peer) dead, which is well")
    }

    // MARK: Presence

    /// R2: no session of a life is shown by who knows a later one.
    func checkLives(of user: UserID, at node: Node) {
        node.cluster.table.forEachSession(of: user) { session in
            guard session.peer != node.me, let known = node.cluster.swim[session.peer.node] else { return }
            if known.standing.epoch > session.peer.epoch {
                violate(.r2, "\(node.name) knows \(known.peer) and shows \(user) at \(session.peer)")
            }
        }
    }

    private func areSettled(_ one: Node, _ other: Node) -> Bool {
        guard one.cluster.swim.isLive(other.me), one.cluster.mesh.isLinked(other.me),
            let since = one.settledSince[other.me]
        else { return false }
        return isOlder(since, than: Self.presenceDelay)
    }

    /// R1 and R3 between two nodes that know each other and are linked: all is shown that has been open for a while,
    /// and nothing that has been closed for as long.
    private func checkView(of observer: Node) {
        var shown: [Peer: [SessionKey: Int64]] = [:]
        for user in users {
            observer.cluster.table.forEachSession(of: user) {
                shown[$0.peer, default: [:]][SessionKey(user: user, device: $0.device)] = Int64($0.login.rawValue)
            }
        }
        for node in nodes where node.isServing && isOlder(node.movingSince, than: Self.presenceDelay) {
            if node !== observer, !areSettled(observer, node) || !areSettled(node, observer) { continue }
            let entries = shown[node.me] ?? [:]
            for (key, touched) in node.touched.sorted(by: { $0.key < $1.key })
            where node === observer || isOlder(touched, than: Self.presenceDelay) {
                let (open, seen) = (node.sessions[key]?.epoch, entries[key])
                if open == seen { continue }
                violate(
                    seen == nil ? .r3 : .r1,
                    "\(observer.name) shows login \(seen ?? 0) of user \(key.user.rawValue), \(key.device), at "
                        + "\(node.name), "
                        + "\(open ?? 0) is there since \(Note.seconds(touched))")
            }
        }
    }

    /// K1: of two sessions of a user and class on nodes that know each other one goes.
    private func checkRivals() {
        var open: [SessionKey: [Node]] = [:]
        for node in nodes where node.isServing && isOlder(node.movingSince, than: Self.presenceDelay) {
            for (key, session) in node.sessions where isOlder(session.openedAt, than: Self.presenceDelay) {
                open[key, default: []].append(node)
            }
        }
        for (key, rivals) in open.sorted(by: { $0.key < $1.key }) where rivals.count > 1 {
            for (index, one) in rivals.enumerated() {
                for other in rivals[(index + 1)...] where areSettled(one, other) && areSettled(other, one) {
                    violate(.k1, "\(key.user) \(key.device) is at \(one.name) and at \(other.name)")
                }
            }
        }
    }
}
