public import DBProxy
import Directory
import HTTPCore
import Primitives

/// Links that clients show on their page "discovery". They see a change when they open it again.
public struct DiscoveryRoutes {
    private let database: Database

    public init(_ database: Database) {
        self.database = database
    }

    private static let id = Route.Parameter.path("id", .id, "number of a link")
    private static let priority = JSONSchema.integer(-1_000_000...1_000_000)
    private static let url = JSONSchema.text(
        .init(
            lengths: 8...2048, meaning: "be an http or https URL", pattern: #"^https?://[^\x00-\x20\x7f]+$"#,
            holds: { text in
                let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
                return scheme.map { $0 != text } == true && !text.utf8.contains { $0 <= 0x20 || $0 == 0x7f }
            }))

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/discovery", "Links in the order in which clients show them", scope: .read,
                gives: .page(of: DiscoveryItem.schema)
            ) { call in call.ask(database.discoveryItems) { call.answer($0, \.json) } },
            Route(
                .post, "/admin/v1/discovery", "Adds a link", scope: .write,
                takes: .object([
                    .init("name", .name(.group)), .init("url", Self.url),
                    .init("priority", Self.priority, "lower ones first; 0 if not given").optional,
                ]),
                gives: DiscoveryItem.schema, as: .created, add),
            Route(
                .patch, "/admin/v1/discovery/{id}", "Changes a link", scope: .write, [Self.id],
                takes: .object([
                    .init("name", .name(.group)).optional, .init("url", Self.url).optional,
                    .init("priority", Self.priority).optional,
                ]),
                gives: DiscoveryItem.schema, problems: [.linkUnknown], change),
            Route(
                .delete, "/admin/v1/discovery/{id}", "Removes a link", scope: .write, [Self.id],
                gives: .object([.init("id", .id)]), problems: [.linkUnknown], remove),
        ]
    }

    private func add(_ call: Call) {
        call.ask({
            database.addDiscoveryItem(
                name: call.name() ?? "", url: call.body["url"]?.text ?? "",
                priority: Int32(clamping: call.body["priority"]?.integer ?? 0), $0)
        }) { item in
            guard let item else { return call.fail(.internalError, "the link was not stored") }
            call.answer(item.json, .created)
        }
    }

    private func change(_ call: Call) {
        call.ask({
            database.changeDiscoveryItem(
                Int32(clamping: call.id()), name: call.name(), url: call.body["url"]?.text,
                priority: call.body["priority"]?.integer.map(Int32.init(clamping:)), $0)
        }) { item in
            guard let item else { return call.fail(.linkUnknown, "there is no link \(call.id())") }
            call.answer(item.json)
        }
    }

    private func remove(_ call: Call) {
        call.ask({ database.deleteDiscoveryItem(Int32(clamping: call.id()), $0) }) { isDone in
            guard isDone else { return call.fail(.linkUnknown, "there is no link \(call.id())") }
            call.answer(.object([("id", .number(Int(call.id())))]))
        }
    }
}

extension Problem.Kind {
    fileprivate static let linkUnknown = Self(.notFound, "link_unknown", "there is no such link")
}

extension DiscoveryItem {
    fileprivate static let schema = JSONSchema.object([
        .init("id", .id), .init("name", .string), .init("url", .string), .init("priority", .whole),
    ])

    fileprivate var json: JSON {
        .object([
            ("id", .number(Int(id))), ("name", .string(name)), ("url", .string(url)),
            ("priority", .number(Int(priority))),
        ])
    }
}
