import HTTPCore
public import Log
import Primitives

/// What the pages about the running of a node ask it, and tell it. Called on any loop.
public protocol OperationFacts: AnyObject, Sendable {
    /// The configuration in force.
    var settings: [SettingRecord] { get }

    /// What each loop has of connections and queues, by name.
    func pools() -> [PoolRecord]

    func statistics() -> StatisticsRecord

    /// What was logged lately.
    func events(after number: UInt64) -> [LogRecord]

    /// One of `logLevels`, the least severe first.
    var logLevel: String { get set }
    var logLevels: [String] { get }
}

public struct SettingRecord: Sendable {
    public let name: String
    /// `nil` for a secret that is set.
    public let value: String?
    /// Where the value comes from.
    public let source: String
    /// SIGHUP is enough after a change.
    public let reloads: Bool

    public init(name: String, value: String?, source: String, reloads: Bool) {
        self.name = name
        self.value = value
        self.source = source
        self.reloads = reloads
    }
}

/// What one loop last said of itself.
public struct PoolRecord: Sendable {
    public let loop: Int
    public let databaseIsReady: Bool
    /// `nil`: there is no cache.
    public let cacheIsReady: Bool?
    public let counts: [(String, Int)]

    public init(loop: Int, databaseIsReady: Bool, cacheIsReady: Bool?, counts: [(String, Int)]) {
        self.loop = loop
        self.databaseIsReady = databaseIsReady
        self.cacheIsReady = cacheIsReady
        self.counts = counts
    }
}

/// How this one node runs.
public enum OperationRoutes {
    public static func all(_ facts: any OperationFacts) -> [Route] {
        let level = JSONSchema.object([.init("level", .choice(facts.logLevels))])
        return [
            Route(
                .get, "/admin/v1/config", "The configuration in force, without secrets", scope: .read,
                gives: .page(of: SettingRecord.schema)
            ) { $0.answer(facts.settings, \.json) }.ofOneNode(),
            Route(
                .get, "/admin/v1/log-level", "The least severe level that is logged", scope: .read, gives: level
            ) { call in call.answer(.object([("level", .string(facts.logLevel))])) },
            Route(
                .put, "/admin/v1/log-level", "Changes the level until the node ends", scope: .ops, takes: level,
                gives: level
            ) { call in
                facts.logLevel = call.body["level"]?.text ?? facts.logLevel
                call.answer(.object([("level", .string(facts.logLevel))]))
            },
            Route(
                .get, "/admin/v1/pools", "Connections and queues of each loop", scope: .read,
                gives: .page(of: PoolRecord.schema)
            ) { $0.answer(facts.pools(), \.json) }.ofOneNode(),
            Route(
                .get, "/admin/v1/statistics", "What a node has counted since it started, for live views", scope: .read,
                gives: StatisticsRecord.schema
            ) { $0.answer(facts.statistics().json) }.ofOneNode(),
            Route(
                .get, "/admin/v1/events", "The last lines of a node's log above debug, oldest first", scope: .read,
                [
                    .query("after", .count, "only lines with higher numbers"),
                    .query("limit", .integer(1...500), "lines of an answer; 200 if not given"),
                ],
                gives: .page(of: LogRecord.schema)
            ) { call in
                let lines = facts.events(after: UInt64(clamping: call.number("after") ?? 0))
                call.answer(Array(lines.prefix(call.number("limit") ?? 200)), \.json)
            }.ofOneNode(),
        ]
    }
}

extension SettingRecord {
    fileprivate static let schema = JSONSchema.object([
        .init("name", .string), .init("value", .nullable(.string), "null: a secret that is set"),
        .init("source", .string, "default, a file and its line, a variable or a flag"),
        .init("reloads", .bool, "SIGHUP is enough after a change; otherwise the node must be restarted"),
    ])

    fileprivate var json: JSON {
        .object([
            ("name", .string(name)), ("value", value.map(JSON.string) ?? .null), ("source", .string(source)),
            ("reloads", .bool(reloads)),
        ])
    }
}

extension PoolRecord {
    fileprivate static let schema = JSONSchema.object([
        .init("loop", .count), .init("database_ready", .bool),
        .init("cache_ready", .nullable(.bool), "null: there is no cache"), .init("counts", .table(of: .whole)),
    ])

    fileprivate var json: JSON {
        .object([
            ("loop", .number(loop)), ("database_ready", .bool(databaseIsReady)),
            ("cache_ready", cacheIsReady.map(JSON.bool) ?? .null),
            ("counts", .object(counts.map { ($0, .number($1)) })),
        ])
    }
}
