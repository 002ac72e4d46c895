import Blobs
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

    private static let digest = Route.Parameter.path(
        "digest", .plain(64...64), "SHA-256 of a picture or file, as it stands in its address")

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/blobs/all", "The hundred largest pictures and files", scope: .read,
                gives: .page(of: LargeBlob.schema)
            ) { [database] call in
                call.ask({ database.largeBlobs(limit: 100, $0) }) { call.answer($0, \.json) }
            },
            Route(
                .delete, "/admin/v1/blobs/all/{digest}",
                "Deletes a picture or file: with the next sweep the database has it no more, and within hours no disk",
                scope: .write, [Self.digest], isDestructive: true, gives: .object([.init("digest", .string)]),
                problems: [.blobUnknown], delete),
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

    private func delete(_ call: Call) {
        let text = call.text("digest") ?? ""
        guard let blob = BlobID(hex: text) else {
            return call.fail(.blobUnknown, "'\(text)' is the SHA-256 of nothing: it has 64 digits, in lower case")
        }
        call.ask({ database.endBlob(blob, isTrial: call.isDryRun, $0) }) { isThere in
            guard isThere else { return call.fail(.blobUnknown, "there is no picture or file \(text)") }
            call.answer(.object([("digest", .string(text))]))
        }
    }
}

extension Problem.Kind {
    fileprivate static let blobUnknown = Self(.notFound, "blob_unknown", "there is no such picture or file")
}

extension LargeBlob {
    fileprivate static let schema = JSONSchema.object([
        .init("digest", .string, "its SHA-256"), .init("bytes", .count), .init("copies", .count),
        .init("user", .nullable(.count), "who has put it there first; 0: an address from which several users come"),
        .init("kind", .nullable(.choice(BlobKind.allCases.map(\.word)))),
        .init("created_at", .count, "seconds since 1970"),
        .init("expires_at", .nullable(.count), "null: it is kept for ever"),
    ])

    fileprivate var json: JSON {
        .object([
            ("digest", .string(id.description)), ("bytes", .number(byteCount)), ("copies", .number(copies)),
            ("user", user.map { .number(Int($0.rawValue)) } ?? .null), ("kind", kind.map { .string($0.word) } ?? .null),
            ("created_at", .number(Int(createdAt))), ("expires_at", expiresAt.map { .number(Int($0)) } ?? .null),
        ])
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
