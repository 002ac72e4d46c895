import CPostgres
import Primitives
import Reactor

/// Calls of a connection on their way to the server and back.
extension PostgresConnection {
    /// Sends a call, in whatever state the connection is.
    func put(
        _ statement: Statement, _ parameters: borrowing Parameters, within limit: Duration,
        _ completion: @escaping Completion
    ) {
        let isNew = prepared.insert(statement.name).inserted
        guard (!isNew || prepare(statement)) && send(statement, parameters) else {
            lose()
            return completion(.failure(.unavailable))
        }
        calls.append(
            Call(
                statement: statement, sent: loop.now, deadline: loop.now + limit, isPreparing: isNew,
                completion: completion))
    }

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

    func exchange(readable: Bool) {
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
        while isOpen, !calls.isEmpty, unsafe PQisBusy(connection) == 0 {
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
        if isOpen, unsafe PQstatus(connection) == CONNECTION_BAD { lose() }
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
        if state == .ready { givenUp = 0 }
        if case .failure(.refused(let reason)) = outcome { report?(.refused(reason, statement: call.statement.name)) }
        call.completion?(outcome)
        if case .failure(.refused(let reason)) = outcome, reason.endsConnection, state == .ready,
            loop.now - readySince >= Self.shortestLife
        {
            lose()
        }
    }

    // MARK: Deadlines

    func checkDeadlines() {
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
        if let first = calls.first, isTooLate(first) {
            givenUp += 1
            report?(.noAnswer(statement: first.statement.name))
            lose()
        }
        if let server, !admission.accepts(server) {
            report?(.server(.outdated(server.timeline)))
            lose()
        }
        loop.schedule(after: Self.deadlineCheck) { [weak self] in
            if let self, state != .closed { checkDeadlines() }
        }
    }
}

extension PostgresConnection {
    private var isOpen: Bool {
        switch state {
        case .vetting, .ready: true
        case .away, .resolving, .connecting, .closed: false
        }
    }

    /// Nobody knows whether the server is slow or the way to it gone: another connection tells, at once. If that is
    /// late too, it is the server, which may go on with what nobody waits for: it gets more time with each connection.
    private func isTooLate(_ call: Call) -> Bool {
        let end = max(call.deadline, call.sent + Self.shortestWait)
        if givenUp == 0 { return loop.now >= end }
        return loop.now >= end + Self.patience * (1 << min(givenUp - 1, Self.maxDoublings))
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
