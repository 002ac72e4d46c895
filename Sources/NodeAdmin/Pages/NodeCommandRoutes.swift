public import DBProxy
import HTTPCore
import Primitives

/// What operators tell nodes to do. Called on the loop of the page.
public protocol NodeCommands: AnyObject {
    /// Lets a node go of its clients, `rate` per second; without a rate it takes clients again. `false`: there is no
    /// way to the node now.
    func drain(node: Int, rate: Int?) -> Bool

    /// Ends a session that `ClusterFacts` has shown, on whichever node it is.
    func end(_ session: SessionRecord, of user: UInt32)
}

/// Taking nodes out of service, for a while or for good, and sessions away from their users. Any node takes such a
/// command for any other.
public struct NodeCommandRoutes {
    private static let defaultRate = 500

    private let database: Database
    private let facts: any ClusterFacts
    /// The owner of the pages, which live as long.
    private unowned let commands: any NodeCommands

    public init(_ database: Database, _ facts: any ClusterFacts, _ commands: any NodeCommands) {
        self.database = database
        self.facts = facts
        self.commands = commands
    }

    public var all: [Route] {
        let node = Route.Parameter.path("id", .plain(1...255), "its number or its name")
        let answer = JSONSchema.object([
            .init("node", .count), .init("draining", .bool, "as the node was told; its own page shows how far it is"),
        ])
        return [
            Route(
                .post, "/admin/v1/nodes/{id}/drain",
                "Lets a node go of its clients, who find others; it takes no new ones", scope: .ops, [node],
                takes: .object([
                    .init("rate", .integer(1...1_000_000), "clients per second; 500 if not given").optional
                ]),
                isDestructive: true, gives: answer, problems: [.nodeUnknown, .nodeUnreachable]
            ) { drain($0, rate: $0.body["rate"]?.integer ?? Self.defaultRate) },
            Route(
                .post, "/admin/v1/nodes/{id}/undrain", "Lets a node take clients again", scope: .ops, [node],
                gives: answer, problems: [.nodeUnknown, .nodeUnreachable]
            ) { drain($0, rate: nil) },
            Route(
                .delete, "/admin/v1/nodes/{id}", "Forgets a node that is gone for good: nobody misses it any more",
                scope: .ops, [node], isDestructive: true, gives: .object([.init("node", .count)]),
                problems: [.nodeUnknown, .nodeLives], forget),
            Route(
                .delete, "/admin/v1/users/{id}/sessions",
                "Ends the sessions of a user; clients are told of another login, as they know no other word for it",
                scope: .ops,
                [
                    .path("id", .id, "number of a user"),
                    .query("device", .choice(["pc", "mobile"]), "only those of this class"),
                ],
                isDestructive: true, gives: .object([.init("sessions", .list(of: SessionRecord.schema))]), endSessions),
        ]
    }

    private func drain(_ call: Call, rate: Int?) {
        guard let node = facts.node(of: call) else { return }
        guard node.isSelf || node.isLinked, call.isDryRun || commands.drain(node: node.id, rate: rate) else {
            return call.fail(.nodeUnreachable, "there is no connection to node \(node.id) now: ask that node itself")
        }
        call.answer(.object([("node", .number(node.id)), ("draining", .bool(rate != nil))]))
    }

    private func forget(_ call: Call) {
        guard let node = facts.node(of: call) else { return }
        let lives = { call.fail(.nodeLives, "node \(node.id) has been heard of a moment ago: stop it first") }
        let answer = JSON.object([("node", .number(node.id))])
        if node.isSelf || node.isLinked { return lives() }
        if call.isDryRun { return call.answer(answer) }
        call.ask({ database.forgetNode(UInt16(clamping: node.id), $0) }) { forgetting in
            switch forgetting {
            case .forgotten: call.answer(answer)
            case .lives: lives()
            case .unknown: call.fail(.nodeUnknown, "the database knows no node \(node.id)")
            }
        }
    }

    private func endSessions(_ call: Call) {
        let user = call.id()
        let sessions = facts.sessions(of: user).filter { call.text("device") ?? $0.device == $0.device }
        if !call.isDryRun { for session in sessions { commands.end(session, of: user) } }
        call.answer(.object([("sessions", .array(sessions.map(\.json)))]))
    }
}

extension Problem.Kind {
    fileprivate static let nodeLives = Self(.conflict, "node_lives", "the node has been heard of a moment ago")
}

extension ClusterFacts {
    /// The node that the path names; `nil`: there is none, and the request is answered.
    func node(of call: Call) -> NodeRecord? {
        let id = call.text("id") ?? ""
        if let node = nodes().first(where: { String($0.id) == id || $0.name == id }) { return node }
        call.fail(.nodeUnknown, "this node knows no node \(id)")
        return nil
    }
}
