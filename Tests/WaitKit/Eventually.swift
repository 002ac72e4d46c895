import Glibc

/// Something that a test waits for has not come about.
public struct NotInTime: Error, CustomStringConvertible {
    public let description: String
}

/// Waits until `condition` holds. A test that would wait for ever fails instead, and says where.
///
/// - Parameter limit: much longer than it can take on a busy machine.
public func eventually(
    within limit: Duration = .seconds(120), file: String = #fileID, line: Int = #line,
    _ condition: () async throws -> Bool
) async throws {
    let start = ContinuousClock.now
    while try await !condition() {
        let waited = ContinuousClock.now - start
        guard waited < limit else { throw NotInTime(description: "not within \(limit): \(file):\(line)") }
        try await Task.sleep(for: pause(after: waited))
    }
}

/// The same where nothing can be awaited.
public func blockUntil(
    within limit: Duration = .seconds(120), file: String = #fileID, line: Int = #line,
    _ condition: () throws -> Bool
) throws {
    let start = ContinuousClock.now
    while try !condition() {
        let waited = ContinuousClock.now - start
        guard waited < limit else { throw NotInTime(description: "not within \(limit): \(file):\(line)") }
        usleep(UInt32(pause(after: waited) / .microseconds(1)))
    }
}

/// Looks until what is seen fits, and returns it. The error says what was seen last.
public func lookUntil<Seen>(
    within limit: Duration = .seconds(60), file: String = #fileID, line: Int = #line,
    _ fits: (Seen) -> Bool, _ look: () async throws -> Seen
) async throws -> Seen {
    let start = ContinuousClock.now
    while true {
        let seen = try await look()
        if fits(seen) { return seen }
        let waited = ContinuousClock.now - start
        guard waited < limit else {
            throw NotInTime(description: "not within \(limit): \(file):\(line), but \(seen)")
        }
        try await Task.sleep(for: pause(after: waited))
    }
}

/// Between two looks: an eighth of the time that was waited, 20 ms at most. Looks without a pause would take the
/// processor from what they wait for.
private func pause(after waited: Duration) -> Duration { min(waited / 8, .milliseconds(20)) }
