import Log
@testable import NodeAdmin
import Synchronization

/// A node that says what it is told to say.
final class Facts: NodeFacts, OperationFacts {
    struct Content {
        var obstacles: [Obstacle] = []
        var impairments: [Obstacle] = []
        var assignment = Assignment.none
        var sessions: [(user: UInt32, sessions: [LocalSession])] = []
        var settings: [SettingRecord] = []
        var level = "info"
    }

    private let content: Mutex<Content>

    init(_ change: (inout Content) -> Void = { _ in }) {
        var content = Content()
        change(&content)
        self.content = Mutex(content)
    }

    let clientHost = "im.example.org"
    let publicURL = "http://im.example.org:8080"
    let version = NodeVersion(version: "1.2", node: "node1", schema: 12)
    let logLevels = ["debug", "info", "warn"]

    func mediaURL(isLocal: Bool) -> String { isLocal ? "http://127.0.0.1:8700/" : "" }
    func obstacles() -> [Obstacle] { content.withLock { $0.obstacles } }
    func impairments() -> [Obstacle] { content.withLock { $0.impairments } }
    func assignment(isLocal: Bool) -> Assignment { content.withLock { $0.assignment } }
    func servers(isLocal: Bool) -> [(host: String, port: UInt16)] { isLocal ? [("127.0.0.1", 8000)] : [] }
    func scrape() -> [UInt8] { Array("grapevine_up 1\n".utf8) }
    func sessions(after user: UInt32, limit: Int) -> [(user: UInt32, sessions: [LocalSession])] {
        content.withLock { Array($0.sessions.filter { $0.user > user }.prefix(limit)) }
    }

    var settings: [SettingRecord] { content.withLock { $0.settings } }
    func pools() -> [PoolRecord] {
        [PoolRecord(loop: 0, databaseIsReady: true, cacheIsReady: nil, counts: [("connections", 3)])]
    }
    func statistics() -> StatisticsRecord {
        StatisticsRecord(node: 1, name: "node1", epoch: 2, uptimeSeconds: 3, version: "1.2")
    }
    func events(after number: UInt64) -> [LogRecord] { [] }
    var logLevel: String {
        get { content.withLock { $0.level } }
        set { content.withLock { $0.level = newValue } }
    }
}
