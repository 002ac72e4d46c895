import DBProxy
import Log
import Metrics
import Outbox
import PostgresKit
import Primitives
import Program
import Reactor
import Synchronization
import TLS
import TalkProtocol
import Testing
import WaitKit
import WireKit

@testable import push_server

/// An event belongs to who claimed it for the time of the lease, and to nobody longer.
@Suite(.timeLimit(.minutes(5))) struct WebhookLeaseTests {
    /// Answers the first question when it is told to, and all others at once.
    private final class Names: Sendable {
        private let asked = Mutex(0)
        private let permission = Handover<Bool>()

        func answerTheFirst() { permission.put(true) }

        func addresses(port: UInt16) -> [SocketAddress] {
            let count = asked.withLock { asked in
                asked += 1
                return asked
            }
            if count == 1 { _ = permission.take() }
            return [SocketAddress(numeric: "127.0.0.1", port: port)].compactMap(\.self)
        }
    }

    /// A pump alone. `@unchecked Sendable`: what is on the loop is used there only.
    private final class House: @unchecked Sendable {
        let registry = MetricsRegistry()
        private let workers: WorkerPool
        private let group: LoopGroup
        private var database: Database?
        private var pump: WebhookPump?

        init(_ node: TestNode, _ names: Names, lease: Duration) throws {
            workers = try WorkerPool(name: "dns", threads: 2, capacity: 16)
            group = try LoopGroup(LoopGroup.Configuration(seed: 0)) { _ in }
            let resolver = NameResolver(pool: workers) { _, port in names.addresses(port: port) }
            let allowed = try #require(WebhookAddress.Allowed("service.test"))
            let (event, tls) = (WebhookEvent(try TextCodec()), try TLSContext(clientBelieving: nil))
            let address = try node.database.address
            let sink = LogSink(
                descriptor: 2, origin: LogOrigin(node: "push", boot: "0"), format: .text, level: .error,
                clock: wallClock)
            group.loops[0].execute { [self] loop in
                let configuration = Database.Configuration(address: address, applicationName: "push-server")
                let database = Database(configuration, resolver: NameResolver(pool: workers), on: loop)
                self.database = database
                pump = WebhookPump(
                    event, allowed, tls, lease: lease, database: database, resolver: resolver, log: Logger(sink),
                    counters: ChannelCounters(.webhooks, registry), on: loop)
            }
        }

        var isIdle: Bool {
            let answer = Handover<Bool>()
            group.loops[0].execute { [self] _ in answer.put(pump?.isIdle == true) }
            return answer.take()
        }

        func count(_ result: String) -> Int? {
            var page = ByteWriter()
            registry.render(into: &page)
            let line = String(decoding: page.bytes.copied(), as: UTF8.self).split(separator: "\n").first {
                $0.hasPrefix("grapevine_push_answers_total") && $0.contains(#"result="\#(result)""#)
            }
            return line.flatMap { Int($0.split(separator: " ")[1]) }
        }

        func end() {
            group.loops[0].execute { [self] _ in
                pump?.end()
                database?.close()
            }
            group.stop()
            workers.stop()
        }
    }

    @Test("who knows the address too late does not send what is somebody else's by then")
    func aNameThatIsLookedUpForLongerThanTheLease() async throws {
        let node = try TestNode()
        let running = try await WebhookTests.receive(2) { port in
            try WebhookTests.add("http://service.test:\(port)/in", #""user""#, at: node)
        }
        let names = Names()
        let house = try House(node, names, lease: WebhookPump.patience + .seconds(3))
        try node.addUsers("alice")
        // The second claim was made when the first one's time was over, and its attempt was taken.
        try await eventually {
            try node.database.execute("select attempts >= 2 and state = 1 from outbox") == "t"
        }
        #expect(house.count("sent") == 1)
        names.answerTheFirst()
        try await eventually { house.isIdle }
        try node.addUsers("bob")
        #expect(try await running.value.output.split(separator: "\n").count == 2)
        try await eventually { try node.database.execute("select count(*) from outbox where state <> 1") == "0" }
        #expect(house.count("sent") == 2)
        #expect((house.count("later") ?? 0) >= 1)
        house.end()
    }
}
