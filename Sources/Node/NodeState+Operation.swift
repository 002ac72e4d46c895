import DBProxy
import Log
import Membership
import Metrics
import NodeAdmin
import Presence
import Primitives
import Reactor
import Settings
import Synchronization

extension NodeState: OperationFacts {
    var settings: [SettingRecord] {
        live.configuration.withLock { $0.entries }.map {
            SettingRecord(name: $0.name, value: $0.text, source: $0.source.description, reloads: $0.reloads)
        }
    }

    var logLevel: String {
        get { log.level.rawValue }
        set { LogLevel(rawValue: newValue).map { log.level = $0 } }
    }

    var logLevels: [String] { LogLevel.allCases.map(\.rawValue) }

    func events(after number: UInt64) -> [LogRecord] { log.records(after: number) }

    func statistics() -> StatisticsRecord {
        var record = StatisticsRecord(
            node: Int(presence.own.node.rawValue), name: plan.name, epoch: Int(presence.own.epoch.rawValue),
            uptimeSeconds: Int((SystemFacts.now - startedAt).milliseconds / 1000), version: ProductVersion.current)
        for reading in registry.readings() {
            switch reading.value {
            case .number(let value): record.add(reading.name, reading.labels, Int(exactly: value.rounded()) ?? 0)
            case .spread(let bounds, let counts):
                guard let name = reading.name.shortened(by: "_seconds") else { continue }
                let bounds = bounds.map { Int($0 / 1000) }
                record.latencies.append(
                    .init(name, boundsInMicroseconds: bounds, counts: counts.map(Int.init(clamping:))))
            }
        }
        return record
    }

    func pools() -> [PoolRecord] {
        reports.withLock { $0 }.enumerated().map { index, report in
            PoolRecord(
                loop: index, databaseIsReady: report.databaseIsReady, cacheIsReady: report.redisIsReady,
                counts: [
                    ("database_connections", plan.database.connections),
                    ("database_connections_ready", report.readyConnections), ("database_calls", report.databaseLoad),
                    ("waiting_sends", report.waitingSends), ("pending_logins", report.pendingLogins),
                    ("clients", report.connections), ("buffered_bytes", report.bufferedBytes),
                    ("delivery_cursors", report.cursors), ("unanswered_conversations", report.unanswered),
                ])
        }
    }
}

extension StatisticsRecord {
    /// Series of one metric are shown one by one, and together under the name alone.
    fileprivate mutating func add(_ metric: String, _ labels: String, _ value: Int) {
        if let name = metric.shortened(by: "_total") {
            counters.add(name, labels, value)
        } else if let name = metric.shortened(by: "") {
            gauges.add(name, labels, value)
        }
    }
}

extension [(String, Int)] {
    fileprivate mutating func add(_ name: String, _ labels: String, _ value: Int) {
        if !labels.isEmpty { append(("\(name){\(labels)}", value)) }
        if let index = firstIndex(where: { $0.0 == name }) { self[index].1 += value } else { append((name, value)) }
    }
}

extension String {
    /// Of a metric's name what tells it apart.
    fileprivate func shortened(by suffix: String) -> String? {
        guard hasPrefix("grapevine_"), hasSuffix(suffix) else { return nil }
        return String(dropFirst("grapevine_".count).dropLast(suffix.count))
    }
}
