import Foundation
import Membership
import Presence
import Primitives
import TalkProtocol

/// The presence map of one node in a cluster of 102: filled through the frames of the 101 others, as they would come.
/// Usage: presence-bench [USERS]
@main
struct PresenceBench: ~Copyable {
    static let otherCount: UInt32 = 101
    /// One of seven users is logged in twice: 14.3 %.
    static let secondSessionEvery: UInt32 = 7

    let userCount: UInt32
    let table: PresenceTable
    var core: PresenceReplication
    var now = Instant(nanoseconds: 0)
    var effects: [PresenceEffect] = []
    let clock = ContinuousClock()

    static func main() throws {
        let userCount = CommandLine.arguments.dropFirst().first.flatMap { UInt32($0) } ?? 10_000_000
        var bench = try PresenceBench(userCount)
        try bench.fill()
        bench.touch()
        bench.look()
        bench.compare()
        bench.touch()
        try bench.hide()
        try bench.repair()
        try bench.sweep()
    }

    struct NoPeer: Error {}

    static func peer(_ node: UInt32, _ epoch: UInt64 = 1) throws -> Peer {
        guard let node = UInt16(exactly: node).flatMap(NodeID.init), let epoch = NodeEpoch(rawValue: epoch) else {
            throw NoPeer()
        }
        return Peer(node, epoch)
    }

    init(_ userCount: UInt32) throws {
        self.userCount = userCount
        table = PresenceTable(own: try Self.peer(Self.otherCount + 1))
        core = PresenceReplication(table, at: now)
    }

    /// Another node, with a share of the users. Nobody is linked yet, so its frames go nowhere.
    struct Other: ~Copyable {
        let peer: Peer
        var core: PresenceReplication
        var sent: [PresenceEffect] = []

        init(_ node: UInt32, at now: Instant) throws {
            peer = try PresenceBench.peer(node)
            core = PresenceReplication(PresenceTable(own: peer), at: now)
        }

        /// First sessions, or second ones, which are on another node than the first.
        mutating func logIn(_ userCount: UInt32, second: Bool, at now: Instant) {
            let node = UInt32(peer.node.rawValue)
            var user = second ? (node + 50) % PresenceBench.otherCount : node % PresenceBench.otherCount
            while user <= userCount {
                if user > 0, !second || user % PresenceBench.secondSessionEvery == 0 {
                    let type: ClientType = second ? .ios : .windows
                    let login = LoginEpoch(rawValue: user % 1000 + 1)
                    core.opened(UserID(user), type, .online, login, at: now, into: &sent)
                }
                user += PresenceBench.otherCount
            }
        }

        mutating func takeFrames(at now: Instant) -> [[UInt8]] {
            core.tick(at: now, into: &sent)
            var frames: [[UInt8]] = []
            for case .send(let frame, to: _) in sent { frames.append(frame) }
            sent = []
            return frames
        }
    }

    /// Takes in frames of another node. Effects are dropped: what a shell makes of them is not measured here.
    mutating func apply(_ frames: [[UInt8]], of peer: Peer) {
        for frame in frames {
            core.received(frame.rawBytes, from: peer, at: now, into: &effects)
            effects.removeAll(keepingCapacity: true)
        }
    }

    /// Anonymous memory of the process.
    static func residentByteCount() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon") }
        return (line?.split(separator: " ").dropLast().last.flatMap { Int($0) } ?? 0) * 1024
    }

    func report(_ name: String, _ value: Double, _ unit: String) {
        print(name.padding(toLength: 60, withPad: " ", startingAt: 0), String(format: "%10.2f", value), unit)
    }
}
