import CPostgres
import Glibc
import Primitives
import Reactor

/// One connection to PostgreSQL on one loop, in pipeline mode: calls are sent as they come, answers return in order,
/// and no thread waits.
///
/// Each call is its own transaction (a Sync after each), so one that fails takes no other with it. The connection comes
/// back by itself after a loss. Calls that were under way then end with `connectionLost`: they may have been executed.
@safe final class PostgresConnection: DescriptorHandler {
    typealias Completion = (Result<Rows, DatabaseError>) -> Void

    enum State {
        /// Until the next attempt.
        case away
        case resolving
        case connecting
        /// It says which server it has reached.
        case vetting
        case ready
        case closed
    }

    struct Call {
        let statement: Statement
        let sent: Instant
        let deadline: Instant
        /// The next result is that of the preparation which was sent in front of the call.
        var isPreparing: Bool
        /// Taken away when it was called: the answer to a call that ran out of time is dropped.
        var completion: Completion?
        var outcome: Result<Rows, DatabaseError>?
    }

    /// Calls under way on one connection. Beyond it: `overloaded`.
    static let maxCalls = 1024
    /// How long after its deadline a call may block those behind it before the connection is given up, if the one
    /// before was given up too. Above the server's own `statement_timeout`: a server that is slow must not be made
    /// slower by sessions that nobody waits for any more.
    static let patience: Duration = .seconds(6)
    static let maxDoublings = 6
    /// Nothing is given up sooner, however short the deadline.
    static let shortestWait: Duration = .seconds(1)
    /// For one attempt, until the server has said who it is.
    private static let connectTimeout: Duration = .seconds(2)
    static let deadlineCheck: Duration = .milliseconds(100)
    /// A server that takes no writes now may be another one a moment later, but not at each call.
    static let shortestLife: Duration = .seconds(1)

    unowned let loop: EventLoop
    private let address: PostgresAddress
    private let resolver: NameResolver
    private let applicationName: String
    var connection: OpaquePointer?
    private var watch: WatchID?
    private var watched: (descriptor: Int32, reading: Bool, writing: Bool) = (-1, false, false)
    var state = State.away
    var prepared: Set<String> = []
    var calls = Fifo<Call>()
    private var backoff = Backoff()
    var connectDeadline = Instant.never
    /// Where to begin in the list of hosts: one that does not even refuse must not be the first one again.
    var firstHost = 0
    /// What is behind this connection; `nil` until it has said so.
    private(set) var server: DatabaseServer?
    let admission: DatabaseAdmission
    private(set) var readySince = Instant.never
    /// Connections that were given up because an answer was late, since the last one that came.
    var givenUp = 0
    /// Told what goes wrong, each time it does.
    var report: ((DatabaseTrouble) -> Void)?

    init(
        _ address: PostgresAddress, applicationName: String, admission: DatabaseAdmission, resolver: NameResolver,
        on loop: EventLoop
    ) {
        self.admission = admission
        self.loop = loop
        self.address = address
        self.applicationName = applicationName
        self.resolver = resolver
        unsafe connection = nil
        resolve()
        checkDeadlines()
    }

    deinit {
        unsafe PQfinish(connection)
    }

    var isReady: Bool { state == .ready }

    /// Calls under way.
    var load: Int { calls.count }

    /// Sends a call. `completion` is called once, never before this method returns except to refuse.
    func call(
        _ statement: Statement, _ parameters: borrowing Parameters, within limit: Duration,
        _ completion: @escaping Completion
    ) {
        guard state == .ready else { return completion(.failure(.unavailable)) }
        guard calls.count < Self.maxCalls else { return completion(.failure(.overloaded)) }
        put(statement, parameters, within: limit, completion)
    }

    /// Ends the connection for good; calls under way fail.
    func close() {
        disconnect()
        state = .closed
        failAll()
    }

    func ready(readable: Bool, writable: Bool) {
        switch state {
        case .connecting: pollConnecting()
        case .vetting, .ready: exchange(readable: readable)
        case .away, .resolving, .closed: break
        }
    }

    // MARK: Connecting

    private func resolve() {
        state = .resolving
        address.resolve(resolver, on: loop) { [weak self] found in
            guard let self, state == .resolving else { return }
            guard !found.isEmpty else { return retryLater() }
            connect(to: found)
        }
    }

    /// libpq tries one after the other, and asks each whether it is of the kind that is wanted.
    private func connect(to hosts: [PostgresHost]) {
        state = .connecting
        connectDeadline = loop.now + Self.connectTimeout
        let first = firstHost % hosts.count
        let ordered = Array(hosts[first...] + hosts[..<first])
        unsafe connection = address.withParameters(hosts: ordered, applicationName: applicationName) {
            unsafe PQconnectStartParams($0, $1, 0)
        }
        guard unsafe connection != nil, unsafe PQstatus(connection) != CONNECTION_BAD else {
            report?(DatabaseTrouble(connecting: unsafe String(cString: PQerrorMessage(connection))))
            return retryLater()
        }
        // Notices would go to standard error, where only our own log lines belong.
        unsafe _ = PQsetNoticeProcessor(connection, { _, _ in }, nil)
        // With the SQLSTATE, also of a server that refuses the connection.
        unsafe _ = PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        watchSocket(reading: false, writing: true)
    }

    private func pollConnecting() {
        switch unsafe PQconnectPoll(connection) {
        case PGRES_POLLING_READING: watchSocket(reading: true, writing: false)
        case PGRES_POLLING_WRITING: watchSocket(reading: false, writing: true)
        case PGRES_POLLING_OK: didConnect()
        default:
            report?(DatabaseTrouble(connecting: unsafe String(cString: PQerrorMessage(connection))))
            retryLater()
        }
    }

    private func didConnect() {
        guard unsafe PQsetnonblocking(connection, 1) == 0, unsafe PQenterPipelineMode(connection) == 1 else {
            return retryLater()
        }
        let encoding = unsafe PQparameterStatus(connection, "server_encoding").map { unsafe String(cString: $0) } ?? ""
        if encoding != DatabaseServer.encoding { return refuse(.encoding(encoding)) }
        state = .vetting
        prepared.removeAll(keepingCapacity: true)
        watchSocket(reading: true, writing: false)
        put(DatabaseServer.statement, Parameters(), within: Self.connectTimeout) { [weak self] result in
            self?.vet(result)
        }
    }

    /// Nothing is written and nothing is read before it is known where.
    private func vet(_ result: Result<Rows, DatabaseError>) {
        guard state == .vetting else { return }
        switch result {
        case .success(let rows):
            switch DatabaseServer.read(rows) {
            case .success(let found):
                if let refusal = admission.admit(found) { return refuse(refusal) }
                server = found
                state = .ready
                readySince = loop.now
                connectDeadline = .never
                backoff.reset()
            case .failure(let refusal): refuse(refusal)
            }
        case .failure:
            // Without our tables it is none of ours.
            retryLater()
        }
    }

    private func refuse(_ refusal: ServerRefusal) {
        report?(.server(refusal))
        firstHost += 1
        retryLater()
        failAll()
    }

    /// While it connects libpq may open another socket, for the next host, and that often gets the number of the one
    /// before, of which epoll has forgotten everything.
    func watchSocket(reading: Bool, writing: Bool) {
        let wanted = (descriptor: unsafe PQsocket(connection), reading: reading, writing: writing)
        if state == .connecting, let watch {
            loop.unwatch(watch)
            self.watch = nil
        }
        if watch != nil, wanted == watched { return }
        do {
            if let watch, wanted.descriptor == watched.descriptor {
                try loop.updateWatch(watch, reading: reading, writing: writing)
            } else {
                if let watch { loop.unwatch(watch) }
                watch = try loop.watch(wanted.descriptor, reading: reading, writing: writing, self)
            }
            watched = wanted
        } catch {
            retryLater()
        }
    }

    func retryLater() {
        disconnect()
        state = .away
        loop.schedule(after: backoff.delay(&loop.random)) { [weak self] in
            if let self, state == .away { resolve() }
        }
    }

    private func disconnect() {
        if let watch { loop.unwatch(watch) }
        watch = nil
        unsafe PQfinish(connection)
        unsafe connection = nil
        connectDeadline = .never
        server = nil
        readySince = .never
    }

    /// The connection broke, or is of no more use.
    func lose() {
        retryLater()
        failAll()
    }

    func failAll() {
        var lost = calls
        calls.removeAll()
        while var call = lost.popFirst() {
            // Why the server ended it, which it says to the first call only.
            if case .failure(.refused(let reason)) = call.outcome {
                report?(.refused(reason, statement: call.statement.name))
            }
            let completion = call.completion
            call.completion = nil
            completion?(.failure(.connectionLost))
        }
    }
}
