import DBProxy
import HTTPCore
import Node
import Primitives
import Reactor
import Settings

/// What a running node says, and the ways from here to the others.
enum NodeCheck {
    /// What gossip sends at most (`Membership`), so that nothing on the way has to cut it up.
    private static let gossipPayload = 1_200
    /// Files besides those of clients.
    private static let otherFiles = 1_000

    /// - Parameter isMissed: a node should be there.
    static func symptoms(of configuration: NodeConfiguration, isMissed: Bool) -> [Symptom] {
        let place = configuration.admin.settingText
        do {
            let port = try AdminPort(of: configuration, token: "")
            let version = try port.exchange(.get, "/version").body
            let readiness = try port.exchange(.get, "/readyz").body
            return [symptom(ofVersion: version, at: place)]
                + symptoms(ofReadiness: readiness, of: "the node at \(place)")
        } catch {
            let reason = String(Failure(of: error).text.prefix { !$0.isNewline })
            let fix = "start it, or give --config of one that runs; then ask the doctor again"
            return [isMissed ? .bad("node", reason, fix: fix) : .warn("node", reason, fix: fix)]
        }
    }

    static func symptom(ofVersion answer: JSON, at place: String) -> Symptom {
        let version = answer["version"]?.text ?? "unknown"
        let schema = answer["schema"]?.integer ?? 0
        let text = "the node at \(place) has version \(version), this talkctl \(ProductVersion.current)"
        return version == ProductVersion.current && schema == Int(Migrator.latest)
            ? .ok("node_version", text)
            : .warn("node_version", text, fix: "use the talkctl that came with the node, or restart the node")
    }

    static func symptoms(ofReadiness answer: JSON, of title: String) -> [Symptom] {
        let reasons = answer["reasons"]?.items ?? []
        let warnings = answer["warnings"]?.items ?? []
        if reasons.isEmpty, warnings.isEmpty { return [.ok("node_ready", "\(title) takes users")] }
        let text = { (item: JSON) in
            "\(title) says \(item["code"]?.text ?? "?"): \(item["message"]?.text ?? "")"
        }
        return reasons.map { .bad("node_ready", text($0), fix: "its log says more; other nodes take its users") }
            + warnings.map { .warn("node_ready", text($0), fix: "its log says more") }
    }

    /// Only what the kernel knows of the way: whether the other end answers, the nodes know themselves.
    static func route(to node: NodePlace) -> Symptom {
        let place = "\(node.name) at \(node.host):\(node.gossipPort)"
        guard let address = NameResolver.resolveNow(node.host, port: node.gossipPort).first else {
            return .bad(
                "gossip_route", "nothing is known here of the host of \(place)",
                fix: "set cluster.advertise of \(node.name) to a name or address that this machine knows")
        }
        do throws(SystemError) {
            let payload = try RouteProbe.largestPayload(to: address)
            if payload >= gossipPayload { return .ok("gossip_route", "\(place): packets up to \(payload) bytes") }
            return .warn(
                "gossip_route", "\(place): packets up to \(payload) bytes, gossip has up to \(gossipPayload)",
                fix: "raise the MTU of the network between them to \(gossipPayload + 48) or more")
        } catch {
            return .bad("gossip_route", "\(place): \(error)", fix: "mend the route, or its cluster.advertise")
        }
    }

    /// - Parameter limits: of a program that is started here.
    static func files(_ limits: (soft: Int, hard: Int), clients: Int) -> Symptom {
        let needed = clients + otherFiles
        let text = "a program started here may open \(limits.soft) files, \(clients) clients need \(needed)"
        return limits.soft >= needed
            ? .ok("open_files", text)
            : .warn(
                "open_files", text,
                fix: "LimitNOFILE=\(needed) for systemd, --ulimit nofile=\(needed) for containers, ulimit -n for "
                    + "shells; or lower limits.connections")
    }
}
