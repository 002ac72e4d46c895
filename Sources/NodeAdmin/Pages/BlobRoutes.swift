public import DBProxy
import HTTPCore
import Primitives
import TalkProtocol

/// Pictures and files: where they are, and whose.
public struct BlobRoutes {
    private let database: Database

    public init(_ database: Database) {
        self.database = database
    }

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/blobs/stores", "Folders of nodes for pictures and files, and what is in them",
                scope: .read, gives: .page(of: BlobStoreFigures.schema)
            ) { [database] call in call.ask(database.blobStoreFigures) { call.answer($0, \.json) } },
            Route(
                .get, "/admin/v1/blobs/users", "Who has put most there, by kind", scope: .read,
                gives: .page(of: BlobUserFigures.schema)
            ) { [database] call in
                call.ask({ database.blobUserFigures(limit: 100, $0) }) { call.answer($0, \.json) }
            },
        ]
    }
}

extension BlobStoreFigures {
    fileprivate static let schema = JSONSchema.object([
        .init("node", .string), .init("host", .string), .init("port", .count),
        .init("seconds_unseen", .count, "since its node said that it has it"),
        .init("is_lost", .bool, "what it had is being copied elsewhere"),
        .init("copies", .count), .init("bytes", .count),
    ])

    fileprivate var json: JSON {
        .object([
            ("node", .string(node)), ("host", .string(host)), ("port", .number(Int(port))),
            ("seconds_unseen", .number(secondsUnseen)), ("is_lost", .bool(isLost)), ("copies", .number(copies)),
            ("bytes", .number(byteCount)),
        ])
    }
}

extension BlobUserFigures {
    fileprivate static let schema = JSONSchema.object([
        .init("user_id", .count, "0: addresses from which several users come"), .init("name", .string),
        .init("kind", .choice(BlobKind.allCases.map(\.word))), .init("files", .count), .init("bytes", .count),
    ])

    fileprivate var json: JSON {
        .object([
            ("user_id", .number(Int(user.rawValue))), ("name", .string(name)), ("kind", .string(kind.word)),
            ("files", .number(count)), ("bytes", .number(byteCount)),
        ])
    }
}

extension BlobKind {
    fileprivate var word: String {
        switch self {
        case .picture: "picture"
        case .file: "file"
        case .part: "part"
        }
    }
}
