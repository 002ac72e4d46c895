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

    private enum State {
        /// Until the next attempt.
        case away
        case resolving
        case connecting
        case ready
        case closed
    }

    private struct Call {
        let statement: Statement
        let deadline: Instant
        /// The next result is that of the preparation which was sent in front of the call.
        var isPreparing: Bool
        /// Taken away when it was called: the answer to a call that ran out of time is dropped.
        var completion: Completion?
        var outcome: Result<Rows, DatabaseError>?
    }

    /// Calls under way on one connection. Beyond it: `overloaded`.
    static let maxCalls = 1024
    /// How long after its deadline a call may block those behind it before the connection is given up. Above the
    /// server's own `statement_timeout`.
    private static let patience: Duration = .seconds(6)
    private static let connectTimeout: Duration = .seconds(5)
    private static let identityLimit: Duration = .seconds(5)
    private static let deadlineCheck: Duration = .milliseconds(100)

    private unowned let loop: EventLoop
    private let address: PostgresAddress
    private let resolver: NameResolver
    private let applicationName: String
    private var connection: OpaquePointer?
    private var watch: WatchID?
    private var watched: (descriptor: Int32, reading: Bool, writing: Bool) = (-1, false, false)
    private var state = State.away
    private var prepared: Set<String> = []
    private var calls = Fifo<Call>()
    private var backoff = Backoff()
    private var connectDeadline = Instant.never
    /// Where to begin in the list of hosts: one that does not even refuse must not be the first one again.
    private var firstHost = 0
    /// Of the database behind this connection; `nil` until it has said so.
    private(set) var identity: DatabaseIdentity?

    init(_ address: PostgresAddress, applicationName: String, resolver: NameResolver, on loop: EventLoop) {
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
        let isNew = prepared.insert(statement.name).inserted
        guard (!isNew || prepare(statement)) && send(statement, parameters) else {
            lose()
            return completion(.failure(.unavailable))
        }
        calls.append(
            Call(statement: statement, deadline: loop.now + limit, isPreparing: isNew, completion: completion))
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
        case .ready: exchange(readable: readable)
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
        guard unsafe connection != nil, unsafe PQstatus(connection) != CONNECTION_BAD else { return retryLater() }
        // Notices would go to standard error, where only our own log lines belong.
        unsafe _ = PQsetNoticeProcessor(connection, { _, _ in }, nil)
        watchSocket(reading: false, writing: true)
    }

    private func pollConnecting() {
        switch unsafe PQconnectPoll(connection) {
        case PGRES_POLLING_READING: watchSocket(reading: true, writing: false)
        case PGRES_POLLING_WRITING: watchSocket(reading: false, writing: true)
        case PGRES_POLLING_OK: didConnect()
        default: retryLater()
        }
    }

    private func didConnect() {
        guard unsafe PQsetnonblocking(connection, 1) == 0, unsafe PQenterPipelineMode(connection) == 1 else {
            return retryLater()
        }
        state = .ready
        connectDeadline = .never
        backoff.reset()
        prepared.removeAll(keepingCapacity: true)
        watchSocket(reading: true, writing: false)
        askIdentity()
    }

    /// The first call of a connection, so its answer is there before that to any other.
    private func askIdentity() {
        call(DatabaseIdentity.statement, Parameters(), within: Self.identityLimit) { [weak self] result in
            switch result {
            case .success(let rows): self?.identity = DatabaseIdentity(rows)
            case .failure(.deadline): self?.askIdentity()
            case .failure: break
            }
        }
    }

    /// While it connects libpq may open another socket, for the next host, and that often gets the number of the one
    /// before, of which epoll has forgotten everything.
    private func watchSocket(reading: Bool, writing: Bool) {
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

    private func retryLater() {
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
        identity = nil
    }

    /// The connection broke, or is of no more use.
    private func lose() {
        retryLater()
        failAll()
    }

    private func failAll() {
        var lost = calls
        calls.removeAll()
        while var call = lost.popFirst() {
            let completion = call.completion
            call.completion = nil
            completion?(.failure(.connectionLost))
        }
    }

    // MARK: Calls

    private func prepare(_ statement: Statement) -> Bool {
        unsafe PQsendPrepare(connection, statement.name, statement.sql, 0, nil) == 1
    }

    private func send(_ statement: Statement, _ parameters: borrowing Parameters) -> Bool {
        let name = statement.name
        let count = parameters.count
        let sent = unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count + 1) { values in
            unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * count + 1) { numbers in
                unsafe parameters.bytes.bytes.withUnsafeBytes { bytes in
                    for (index, range) in parameters.ranges.enumerated() {
                        unsafe values[index] = unsafe range.flatMap { range in
                            unsafe bytes.baseAddress.map {
                                unsafe ($0 + range.lowerBound).assumingMemoryBound(to: CChar.self)
                            }
                        }
                        unsafe numbers[index] = Int32(range?.count ?? 0)
                        unsafe numbers[count + index] = 1
                    }
                    return unsafe PQsendQueryPrepared(
                        connection, name, Int32(count), values.baseAddress, numbers.baseAddress,
                        numbers.baseAddress.map { unsafe $0 + count }, 1)
                }
            }
        }
        guard sent == 1, unsafe PQpipelineSync(connection) == 1 else { return false }
        return flush()
    }

    private func flush() -> Bool {
        switch unsafe PQflush(connection) {
        case 0:
            return true
        case 1:
            watchSocket(reading: true, writing: true)
            return true
        default:
            return false
        }
    }

    private func exchange(readable: Bool) {
        if readable, unsafe PQconsumeInput(connection) == 0 { return lose() }
        switch unsafe PQflush(connection) {
        case 0: watchSocket(reading: true, writing: false)
        case 1: break
        default: return lose()
        }
        readResults()
    }

    /// Takes what has arrived. Between the results of two statements libpq returns nil; a Sync ends a call.
    private func readResults() {
        var isBetween = false
        while state == .ready, !calls.isEmpty, unsafe PQisBusy(connection) == 0 {
            guard let result = unsafe PQgetResult(connection) else {
                // Twice in a row: libpq knows of no call, and would say so for ever.
                if isBetween { return lose() }
                isBetween = true
                continue
            }
            isBetween = false
            switch unsafe PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                unsafe PQclear(result)
                finishFirst()
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                // Without rows: the preparation of a statement, or one that returns none.
                note(.success(unsafe Rows(taking: result)))
            case PGRES_PIPELINE_ABORTED:
                unsafe PQclear(result)
            default:
                noteFailure(unsafe SQLState(of: result))
                unsafe PQclear(result)
            }
        }
        if state == .ready, unsafe PQstatus(connection) == CONNECTION_BAD { lose() }
    }

    private func note(_ outcome: Result<Rows, DatabaseError>) {
        if calls[0].isPreparing {
            calls[0].isPreparing = false
        } else {
            calls[0].outcome = outcome
        }
    }

    private func noteFailure(_ state: SQLState) {
        // A statement that could not be prepared is not there; the next call must try again.
        if calls[0].isPreparing { prepared.remove(calls[0].statement.name) }
        calls[0].isPreparing = false
        calls[0].outcome = .failure(.refused(state))
    }

    private func finishFirst() {
        guard let call = calls.popFirst() else { return }
        let outcome = call.outcome ?? .failure(.unexpectedAnswer)
        call.completion?(outcome)
        if case .failure(.refused(let reason)) = outcome, reason.endsConnection, state == .ready { lose() }
    }

    // MARK: Deadlines

    private func checkDeadlines() {
        if loop.now >= connectDeadline {
            firstHost += 1
            retryLater()
        }
        for index in 0..<calls.count where loop.now >= calls[index].deadline {
            let completion = calls[index].completion
            calls[index].completion = nil
            completion?(.failure(.deadline))
            // The completion may have closed or lost this connection.
            if index >= calls.count { break }
        }
        if let first = calls.first, loop.now >= first.deadline + Self.patience { lose() }
        loop.schedule(after: Self.deadlineCheck) { [weak self] in
            if let self, state != .closed { checkDeadlines() }
        }
    }
}

extension SQLState {
    fileprivate init(of result: OpaquePointer) {
        // PG_DIAG_SQLSTATE is the character constant 'C', which Swift does not import.
        guard let text = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else {
            self = SQLState("08006")
            return
        }
        self = unsafe SQLState(Array(String(cString: text).utf8))
    }
}
