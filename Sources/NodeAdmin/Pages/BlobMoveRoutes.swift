public import DBProxy
import HTTPCore
import Primitives

/// Moving all pictures and files between the disks of nodes and a bucket.
public struct BlobMoveRoutes {
    private static let defaultRate: Int64 = 20 << 20

    private let database: Database
    private let allowed: BlobMove.Target?

    /// - Parameter allowed: where this node puts new ones, if it can reach both: they are not moved elsewhere.
    public init(_ database: Database, allowed: BlobMove.Target?) {
        self.database = database
        self.allowed = allowed
    }

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/blobs/moves", "The last move of all pictures and files, and how far it is",
                scope: .read, gives: .page(of: BlobMove.schema)
            ) { [database] call in
                call.ask(database.lastMove) { move in
                    guard let move else { return call.answer([BlobMove](), \.json) }
                    call.ask({ database.leftToMove(to: move.target, $0) }) { left in
                        call.answer([move]) { $0.json(left: left.count, leftBytes: left.byteCount) }
                    }
                }
            },
            Route(
                .post, "/admin/v1/blobs/moves",
                "Moves all pictures and files to where media.store puts new ones, while they are served", scope: .ops,
                takes: .object([
                    .init("to", .choice(BlobMove.Target.allCases.map(\.word))),
                    .init("bytes_per_second", .integer(1...1 << 40), "of each node; 20 MiB if not given").optional,
                ]),
                gives: BlobMove.schema, as: .created, problems: [.moveUnwanted, .moveRunning], begin),
            Route(
                .delete, "/admin/v1/blobs/moves", "Stops the move; what has moved stays where it is", scope: .ops,
                isDestructive: true, gives: BlobMove.schema, problems: [.noMove]
            ) { [database] call in
                if call.isDryRun { return call.answer(.object([])) }
                call.ask(database.stopMove) { move in
                    guard let move else { return call.fail(.noMove, "there is no move that could be stopped") }
                    call.answer(move.json)
                }
            },
        ]
    }

    private func begin(_ call: Call) {
        guard let target = BlobMove.Target.allCases.first(where: { $0.word == call.body["to"]?.text }) else { return }
        guard target == allowed else {
            return call.fail(
                .moveUnwanted,
                "new pictures and files go elsewhere: set media.store = \(target.word) and media.s3.url at all nodes "
                    + "first")
        }
        let rate = call.body["bytes_per_second"]?.integer.map(Int64.init) ?? Self.defaultRate
        call.ask({ database.beginMove(to: target, bytesPerSecond: rate, $0) }) { move in
            guard let move else { return call.fail(.moveRunning, "there is a move already: stop it, or wait") }
            call.answer(move.json, .created)
        }
    }
}

extension Problem.Kind {
    fileprivate static let moveUnwanted = Self(
        .conflict, "move_unwanted", "media.store of this node puts new pictures and files elsewhere")
    fileprivate static let moveRunning = Self(.conflict, "move_running", "there is a move that has not ended")
    fileprivate static let noMove = Self(.notFound, "move_unknown", "there is no move that has not ended")
}

extension BlobMove.Target {
    /// A value of `media.store`.
    fileprivate var word: String {
        switch self {
        case .nodes: "directory"
        case .bucket: "s3"
        }
    }
}

extension BlobMove {
    fileprivate static let schema = JSONSchema.object([
        .init("to", .choice(Target.allCases.map(\.word))), .init("state", .choice(State.allCases.map(\.rawValue))),
        .init("bytes_per_second", .count), .init("moved", .count), .init("moved_bytes", .count),
        .init("failed", .count, "attempts; they are repeated"), .init("seconds", .count),
        .init("left", .count, "pictures and files that lie elsewhere").optional,
        .init("left_bytes", .count).optional,
    ])

    private var members: [(String, JSON)] {
        [
            ("to", .string(target.word)), ("state", .string(state.rawValue)),
            ("bytes_per_second", .number(Int(bytesPerSecond))), ("moved", .number(Int(moved))),
            ("moved_bytes", .number(Int(movedBytes))), ("failed", .number(Int(failed))),
            ("seconds", .number(Int(seconds))),
        ]
    }

    fileprivate var json: JSON { .object(members) }

    fileprivate func json(left: Int64, leftBytes: Int64) -> JSON {
        .object(members + [("left", .number(Int(left))), ("left_bytes", .number(Int(leftBytes)))])
    }
}
