import Glibc

/// Something that a test waits for has not come about.
public struct NotInTime: Error, CustomStringConvertible {
    public let description: String
}

/// Waits until `condition` holds. A test that would wait for ever fails instead, and says where.
///
/// - Parameter limit: much longer than it can take on a busy machine.
public func eventually(
    within limit: Duration = .seconds(60), file: String = #fileID, line: Int = #line,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else { throw NotInTime(description: "not within \(limit): \(file):\(line)") }
        await Task.yield()
    }
}

/// The same where nothing can be awaited.
public func blockUntil(
    within limit: Duration = .seconds(60), file: String = #fileID, line: Int = #line,
    _ condition: () throws -> Bool
) throws {
    let end = ContinuousClock.now + limit
    while try !condition() {
        guard ContinuousClock.now < end else { throw NotInTime(description: "not within \(limit): \(file):\(line)") }
        sched_yield()
    }
}
