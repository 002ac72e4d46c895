import DBProxy
import Log
import NodeAdmin
import Synchronization

extension NodeState: OperationFacts {
    var settings: [SettingRecord] { plan.administration.settings }

    var logLevel: String {
        get { log.level.rawValue }
        set { LogLevel(rawValue: newValue).map { log.level = $0 } }
    }

    var logLevels: [String] { LogLevel.allCases.map(\.rawValue) }

    func pools() -> [PoolRecord] {
        reports.withLock { $0 }.enumerated().map { index, report in
            PoolRecord(
                loop: index, databaseIsReady: report.databaseIsReady, cacheIsReady: report.redisIsReady,
                counts: [
                    ("database_connections", plan.database.connections),
                    ("database_connections_ready", report.readyConnections), ("database_calls", report.databaseLoad),
                    ("waiting_sends", report.waitingSends), ("pending_logins", report.pendingLogins),
                    ("clients", report.connections), ("buffered_bytes", report.bufferedBytes),
                    ("delivery_cursors", report.cursors), ("doubtful_conversations", report.doubts),
                ])
        }
    }
}
