import HTTPCore
import Primitives

/// What nodes are told to do. Any node passes it on.
extension Verb {
    private static let pollInterval: Duration = .milliseconds(500)

    static let command = [
        Verb(
            "drain", nil, "NODE",
            "Lets a node go of its clients, who find others; NODE is a name, or a number such as '#2'.",
            [
                Option("--rate", "R", "clients per second (default: 500)"),
                Option("--no-wait", nil, "do not wait until the last one has gone"),
                Option("--force", nil, "do not ask, though no other node takes clients"),
            ] + adminOptions, run: drain),
        Verb("undrain", nil, "NODE", "Lets a node take clients again.", adminOptions, run: undrain),
        Verb(
            "forget", nil, "NODE", "Says that a node that is gone will not come back: nobody misses it any more.",
            adminOptions, run: forget),
        Verb(
            "kick", nil, "USER", "Ends the sessions of a user; \(userReference).",
            [Option("--device", "CLASS", "pc or mobile (default: both)")] + adminOptions, run: kick),
    ]

    private static func drain(_ call: Invocation) throws -> Report {
        let port = try call.adminPort()
        let rate = try call.number("--rate", in: 1...1_000_000, default: 500)
        let path = try path(ofNode: call.subject, call)
        try checkSuccessor(of: try port.get(path), port, call)
        let answer = try port.ask(.post, "\(path)/drain", .object([("rate", .number(rate))]))
        if call.has("--no-wait") { return Report("Node \(call.subject) lets go of its clients.", answer) }
        // It may not have heard yet.
        var isDraining = false
        while true {
            let status = try port.get(path)["status"]
            let sessions = status?["sessions"]?.integer ?? 0
            isDraining = isDraining || status?["draining"]?.isTrue == true
            if isDraining, sessions == 0 {
                return Report(
                    "Node \(call.subject) has no clients any more. To stop it: SIGTERM. To take it back: "
                        + "talkctl undrain \(call.subject)", answer)
            }
            call.console.showProgress("\(sessions) clients are left")
            call.console.wait(pollInterval)
        }
    }

    /// Whom the last node lets go of finds no other.
    private static func checkSuccessor(of node: JSON, _ port: AdminPort, _ call: Invocation) throws {
        let others = try ClusterNodes(port).live.filter { $0["id"]?.integer != node["id"]?.integer }
        if call.has("--force") || others.contains(where: { service(of: $0) == "ready" }) { return }
        let warning = "no other node takes clients: those of \(node.nodeTitle) will find none"
        guard let isAgreed = call.console.confirm("\(warning). Go on?") else {
            throw Failure(.usage, "\(warning); nothing was changed, give --force to do it")
        }
        if !isAgreed { throw Failure(.failed, "nothing was changed") }
    }

    private static func forget(_ call: Invocation) throws -> Report {
        let answer = try call.adminPort().ask(.delete, path(ofNode: call.subject, call))
        return Report("Node \(call.subject) is forgotten.", answer)
    }

    private static func undrain(_ call: Invocation) throws -> Report {
        let answer = try call.adminPort().ask(.post, "\(path(ofNode: call.subject, call))/undrain")
        return Report("Node \(call.subject) takes clients again.", answer)
    }

    private static func kick(_ call: Invocation) throws -> Report {
        let port = try call.adminPort()
        let user = try number(ofUser: call.subject, call)
        let device = call.value("--device")
        if let device, device != "pc", device != "mobile" { throw call.verb.misuse("--device \(device): pc or mobile") }
        let answer = try port.ask(
            .delete, "/admin/v1/users/\(user)/sessions" + (device.map { "?device=\($0)" } ?? ""))
        let count = answer["sessions"]?.items.count ?? 0
        return Report(
            count == 0 ? "\(call.subject) is not logged in." : "\(count) of \(call.subject)'s sessions ended.", answer)
    }
}
