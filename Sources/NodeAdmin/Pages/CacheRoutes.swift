import HTTPCore
import Primitives

/// What a node keeps in its memory of what PostgreSQL has. Called on any loop.
public protocol CacheFacts: AnyObject, Sendable {
    func caches() -> [CacheRecord]

    /// All loops have done so within a second.
    func empty(_ cache: CacheRecord.Name)
}

public struct CacheRecord: Sendable {
    public enum Name: String, CaseIterable, Sendable {
        /// Digests of passwords that were verified.
        case credentials
        /// Lists of members under their versions.
        case groupMembers = "group_members"
    }

    public let name: Name
    public let entries: Int
    /// Beyond it an entry makes room for each new one.
    public let capacity: Int

    public init(_ name: Name, entries: Int, capacity: Int) {
        self.name = name
        self.entries = entries
        self.capacity = capacity
    }
}

/// The caches of a node. None of them is ever wrong, so emptying one only shows how Redis and PostgreSQL do without it.
public enum CacheRoutes {
    public static func all(_ facts: any CacheFacts) -> [Route] {
        let name = JSONSchema.choice(CacheRecord.Name.allCases.map(\.rawValue))
        var inPath = Route.Parameter.path("name", name, "as in the list")
        inPath.complaint = (.cacheUnknown, "there is no such cache")
        return [
            Route(
                .get, "/admin/v1/caches", "What a node remembers of what is in PostgreSQL", scope: .read,
                gives: .page(
                    of: .object([
                        .init("name", name), .init("entries", .count),
                        .init("capacity", .count, "beyond it an entry makes room for each new one"),
                    ]))
            ) { call in
                call.answer(facts.caches()) { cache in
                    .object([
                        ("name", .string(cache.name.rawValue)), ("entries", .number(cache.entries)),
                        ("capacity", .number(cache.capacity)),
                    ])
                }
            }.ofOneNode(),
            Route(
                .delete, "/admin/v1/caches/{name}", "Empties a cache of the node that is asked, within a second",
                scope: .ops, [inPath], gives: .object([.init("name", name)]), problems: [.cacheUnknown]
            ) { call in
                let name = call.text("name") ?? ""
                if let known = CacheRecord.Name(rawValue: name) { facts.empty(known) }
                call.answer(.object([("name", .string(name))]))
            },
        ]
    }
}

extension Problem.Kind {
    fileprivate static let cacheUnknown = Self(.notFound, "cache_unknown", "there is no such cache")
}
