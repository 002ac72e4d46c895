import DBProxy
import Dispatch
import Foundation
import PostgresKit
import Synchronization
import Testing
import WaitKit

/// Who a node is (Membership.docc/Membership.md).
@Suite struct NodeRegistryTests {
    @Test func everyStartHasAHigherEpochAndTheSameNumber() throws {
        let database = try TestDatabase()
        let registry = try NodeRegistry(database.address)
        let first = try registry.enlist("a")
        let second = try registry.enlist("a")
        let other = try registry.enlist("b")
        #expect(second.number == first.number && second.epoch == first.epoch + 1)
        #expect(other.number != first.number)
    }

    /// After a backup was restored, others know an epoch that the database does not.
    @Test func anEpochIsAboveTheOneThatOthersKnow() throws {
        let database = try TestDatabase()
        let registry = try NodeRegistry(database.address)
        #expect(try registry.enlist("a").epoch == 1)
        try registry.remember("a", 500)
        try registry.remember("a", 3)
        #expect(try registry.enlist("a").epoch == 501)
    }

    /// A cluster that starts as a whole: a node that could not get a number in two seconds used to give up.
    @Test func manyStartAtOnce() throws {
        let database = try TestDatabase()
        // As on a slow disk: all have waited for longer than that.
        let blocker = try database.begin("lock table cluster_node in exclusive mode")
        let address = try database.address
        let numbers = Numbers()
        let group = DispatchGroup()
        for index in 0..<30 {
            group.enter()
            Thread.detachNewThread {
                if let life = try? NodeRegistry(address).enlist("node\(index)") { numbers.add(life.number) }
                group.leave()
            }
        }
        let waiting = """
            select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
                and now() - xact_start > interval '2.5 seconds'
            """
        try blockUntil { try database.execute(waiting) == "30" }
        try blocker.commit()
        group.wait()
        #expect(numbers.all == Array(1...30))
    }
}

private final class Numbers: Sendable {
    private let numbers = Mutex<[UInt16]>([])

    func add(_ number: UInt16) { numbers.withLock { $0.append(number) } }

    var all: [UInt16] { numbers.withLock { $0.sorted() } }
}
