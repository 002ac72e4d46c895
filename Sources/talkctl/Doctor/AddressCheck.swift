import Reactor
import Settings

/// Whether those who are told an address can reach it.
enum AddressCheck {
    /// What an address is good for.
    enum Reach: Equatable {
        case unknown
        /// Every address of the machine: good for listening only.
        case wildcard
        case machine
        /// Of one link, or of no port.
        case nowhere
        /// One of Docker's own networks on this machine.
        case container
        case elsewhere
    }

    /// - Parameter addresses: what the host stands for.
    static func reach(of addresses: [SocketAddress]) -> Reach {
        guard let address = addresses.first else { return .unknown }
        if address.isAny { return .wildcard }
        if address.port == 0 { return .nowhere }
        if address.isLoopback { return .machine }
        switch address.host {
        case .v4(let bits) where bits >> 16 == 0xA9FE: return .nowhere
        case .v4(let bits) where (0xAC11...0xAC1F).contains(bits >> 16): return .container
        case .v6(let high, _) where high >> 54 == 0x3FA: return .nowhere
        case .v4, .v6: return .elsewhere
        }
    }

    /// - Parameters:
    ///   - told: what clients are told, and what that is good for.
    ///   - listens: what the node listens on.
    static func clients(told: HostPort, _ reach: Reach, listens: Reach) -> Symptom {
        let code = "client_address"
        let fix = "set client.advertise to the address of this node, or of what stands before it, as clients see it"
        let place = told.settingText
        switch reach {
        case .unknown: return .bad(code, "clients are told \(place), and no such host is known here", fix: fix)
        case .wildcard: return .bad(code, "clients are told \(place), which is the address of nobody", fix: fix)
        case .nowhere: return .bad(code, "clients are told \(place), which cannot be reached from elsewhere", fix: fix)
        case .machine where listens == .machine:
            return .warn(
                code, "clients of this machine only: \(place)",
                fix: "for others set client.listen to 0.0.0.0:\(told.port), and client.advertise")
        case .machine:
            return .bad(code, "clients are told \(place), where each of them finds its own machine", fix: fix)
        case .container:
            return .warn(code, "clients are told \(place), which is likely known inside of Docker only", fix: fix)
        case .elsewhere: return .ok(code, "clients are told \(place)")
        }
    }

    /// Where each node sends its clients. Any node may answer `/msg_server` for any other.
    /// - Parameter told: what the nodes say of themselves, and what it is good for.
    static func allClients(_ told: [(node: String, place: String, reach: Reach)]) -> [Symptom] {
        let code = "client_addresses"
        let isForOthers = told.contains { $0.reach == .elsewhere }
        let wrong = told.filter {
            [.unknown, .wildcard, .nowhere].contains($0.reach) || isForOthers && $0.reach == .machine
        }
        if wrong.isEmpty {
            return [.ok(code, "the nodes tell their clients: \(told.map(\.place).joined(separator: ", "))")]
        }
        return wrong.map { node, place, reach in
            let reason = reach == .machine ? "where each of them finds its own machine" : "where there is nobody"
            return .bad(
                code, "clients of \(node) are told \(place), \(reason)",
                fix: "set client.advertise of \(node) to an address that clients reach, as on the other nodes")
        }
    }

    /// - Parameter others: where the other nodes are that the database knows.
    static func cluster(host: String, _ reach: Reach, others: [Reach]) -> Symptom {
        let code = "cluster_address"
        let fix = "set cluster.advertise to the address of this node as the other nodes see it"
        switch reach {
        case .unknown: return .bad(code, "other nodes are told \(host), and no such host is known here", fix: fix)
        case .wildcard: return .bad(code, "other nodes are told \(host), which is the address of nobody", fix: fix)
        case .nowhere: return .bad(code, "other nodes are told \(host), which they cannot reach", fix: fix)
        case .machine where others.contains { $0 != .machine }:
            return .bad(code, "other nodes are told \(host), and there are some on other machines", fix: fix)
        case .machine:
            return .warn(code, "nodes of this machine only: \(host)", fix: "for others, \(fix), and gossip.listen")
        case .container where others.contains(.elsewhere):
            return .warn(code, "other nodes are told \(host), which is likely known inside of Docker only", fix: fix)
        case .container, .elsewhere: return .ok(code, "other nodes are told \(host)")
        }
    }
}
