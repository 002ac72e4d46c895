public import DBProxy
import HTTPCore
public import HTTPServer
import Primitives
public import Reactor

/// The list of links as clients read it. Anybody may ask, so the database is asked once in
/// a while and not each time. Confined to its loop, which it lives as long as.
public final class DiscoveryPage {
    /// So old an answer may be; older, while the database does not answer.
    private static let maxAge: Duration = .seconds(5)

    private let database: Database
    private unowned let loop: EventLoop
    private var body = JSON.array([])
    private var due = Instant(nanoseconds: 0)
    private var waiting: [HTTPService.Answer] = []

    public init(_ database: Database, on loop: EventLoop) {
        self.database = database
        self.loop = loop
    }

    public func add(to service: HTTPService) {
        service.add(.get, "/api/discovery") { [self] _, _, answer in
            if loop.now < due { return answer(.json(.ok, body)) }
            waiting.append(answer)
            if waiting.count == 1 { refresh() }
        }
    }

    private func refresh() {
        database.discoveryItems { [self] result in
            if case .success(let items) = result {
                body = .array(
                    items.map {
                        .object([
                            ("itemName", .string($0.name)), ("itemUrl", .string($0.url)),
                            ("itemPriority", .number(Int($0.priority))),
                        ])
                    })
            }
            due = loop.now + Self.maxAge
            let answers = waiting
            waiting = []
            for answer in answers { answer(.json(.ok, body)) }
        }
    }
}
