import DBProxy
import Glibc
import HTTPCore
import HTTPServer
import Log
import Metrics
import Outbox
import Primitives
import Program
import Reactor
import Settings
import TLS
import TalkProtocol

/// What one loop runs: a pump for each channel, the database, and the port that says how things are.
final class PushHouse: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// A whole answer of a service takes that long at most: what it has taken, and says later, is sent twice.
    private static let patience: Duration = .seconds(30)

    private let group: LoopGroup
    private let resolving: WorkerPool
    private let resolvingServices: WorkerPool
    private let registry = MetricsRegistry()
    private let confined = Confined()

    /// What lives on the loop.
    ///
    /// `@unchecked Sendable`: used on the loop only; `PushHouse` carries it there.
    private final class Confined: @unchecked Sendable {
        var database: Database?
        var pumps: [ChannelPump] = []
        var webhooks: WebhookPump?
        var http: HTTPService?
    }

    init(_ configuration: Configuration, _ served: [Services.Served], log: Logger) throws {
        guard let address = try? PostgresAddress(configuration[PushSettings.postgres]) else {
            throw Failure(description: "postgres.dsn is no connection string of libpq")
        }
        resolving = try WorkerPool(name: "dns", threads: 1, capacity: 16)
        // A service whose name server is slow holds up neither the others nor the database.
        resolvingServices = try WorkerPool(name: "dns-services", threads: 8, capacity: 256)
        let (resolver, services) = (NameResolver(pool: resolving), NameResolver(pool: resolvingServices))
        group = try LoopGroup(LoopGroup.Configuration(seed: UInt64.random(in: .min ... .max))) { _ in }
        let listen = configuration[PushSettings.listen]
        guard let place = NameResolver.resolveNow(listen.host, port: listen.port).first else {
            throw Failure(description: "nothing is known of a host '\(listen.host)' (push.listen)")
        }
        let started = Handover<String?>()
        let plan = try Plan(configuration, served, try TextCodec())
        let (remote, registry, confined) = (group.loops[0], registry, confined)
        remote.execute { loop in
            var settings = Database.Configuration(address: address, applicationName: "push-server")
            settings.appendConnections = 0
            let database = Database(settings, resolver: resolver, on: loop)
            database.reportTroubles { log.warn("database", "the database", ["trouble": .string("\($0)")]) }
            confined.database = database
            let courier = Courier(within: Self.patience)
            confined.pumps = plan.services.map { served in
                ChannelPump(
                    served.service, plan.wording, plan.night, rate: served.rate, database: database, courier: courier,
                    log: log, counters: ChannelCounters(served.service.channel, registry), on: loop, remote)
            }
            confined.webhooks = plan.webhooks.map { webhooks in
                WebhookPump(
                    WebhookEvent(plan.wording.codec), webhooks.allowed, webhooks.tls, database: database,
                    resolver: services, log: log, counters: ChannelCounters(.webhooks, registry), on: loop)
            }
            started.put(Self.listen(at: place, database, registry, confined, on: loop))
        }
        if let problem = started.take() { throw Failure(description: problem) }
    }

    /// What was read of the configuration, on its way to the loop.
    ///
    /// `@unchecked Sendable`: handed over once; `TextCodec` and the services are values.
    private struct Plan: @unchecked Sendable {
        let services: [Services.Served]
        let wording: ChannelPump.Wording
        let night: Night
        let webhooks: (allowed: WebhookAddress.Allowed, tls: TLSContext)?

        init(_ configuration: Configuration, _ served: [Services.Served], _ codec: TextCodec) throws {
            services = served
            let authorities = configuration[PushSettings.webhooksAuthorities]
            webhooks =
                configuration[PushSettings.webhooks]
                ? (
                    // The settings were judged when they were read.
                    WebhookAddress.Allowed(configuration[PushSettings.webhooksAllowed]) ?? .nothing,
                    try TLSContext(clientBelieving: authorities.isEmpty ? nil : authorities)
                ) : nil
            wording = ChannelPump.Wording(
                detail: configuration[PushSettings.shows], language: configuration[PushSettings.language],
                codec: codec)
            night = Night(from: configuration[PushSettings.nightFrom], until: configuration[PushSettings.nightUntil])
        }
    }

    /// Takes nothing more, and waits for what is under way.
    func end() {
        let deadline = ContinuousClock.now + Self.patience + .seconds(5)
        group.loops[0].execute { [confined] _ in
            confined.pumps.forEach { $0.end() }
            confined.webhooks?.end()
        }
        while ContinuousClock.now < deadline, !isIdle() { usleep(20_000) }
        group.loops[0].execute { [confined] _ in confined.database?.close() }
        group.stop()
        resolving.stop()
        resolvingServices.stop()
    }

    private func isIdle() -> Bool {
        let answer = Handover<Bool>()
        group.loops[0].execute { [confined] _ in
            answer.put(confined.pumps.allSatisfy(\.isIdle) && confined.webhooks?.isIdle != false)
        }
        return answer.take()
    }

    /// Why the port is not open; `nil`: it is.
    private static func listen(
        at place: SocketAddress, _ database: Database, _ registry: MetricsRegistry, _ confined: Confined,
        on loop: EventLoop
    ) -> String? {
        let http = HTTPService(census: HTTPCensus(maxConnections: 100), wallClock: wallClock, on: loop)
        http.add(.get, "/healthz") { _, _, answer in answer(HTTPResponse(.ok, text: "ok\n")) }
        http.add(.get, "/readyz") { [unowned database, unowned confined] _, _, answer in
            guard database.isReady else {
                return answer(HTTPResponse(.serviceUnavailable, text: "the database does not answer\n"))
            }
            let isServing = confined.pumps.allSatisfy(\.isServing)
            answer(
                isServing
                    ? HTTPResponse(.ok, text: "ready\n")
                    : HTTPResponse(.serviceUnavailable, text: "browsers are not served; the log says why\n"))
        }
        http.add(.get, "/metrics") { _, _, answer in
            var page = ByteWriter()
            registry.render(into: &page)
            answer(
                HTTPResponse(.ok, type: "text/plain; version=0.0.4; charset=utf-8", body: page.bytes.copied()))
        }
        confined.http = http
        do throws(SystemError) {
            _ = try loop.listen(on: place, loop.register(http, limits: StreamLimits()))
            return nil
        } catch {
            return "\(place) is no place to listen (push.listen): \(error)"
        }
    }
}
