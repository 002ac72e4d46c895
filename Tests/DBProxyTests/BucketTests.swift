import Blobs
import DBProxy
import PostgresKit
import Testing

/// Objects that leave a bucket.
@Suite(.timeLimit(.minutes(5))) struct BucketTests {
    /// Pages that PostgreSQL looks at for a statement, once its connection knows what the statement speaks of.
    private func pages(_ statement: String, _ database: TestDatabase) throws -> Int {
        let plan = "\(statement); explain (analyze, buffers, timing off, format json) \(statement)"
        let text = try #require(try database.execute(plan))
        let counts = text.matches(of: #/"Shared (?:Hit|Read) Blocks": (\d+)/#).prefix(2)
        return counts.reduce(0) { $0 + (Int($1.1) ?? 0) }
    }

    @Test("what was removed of late does not slow down what is to be removed")
    func many() async throws {
        let probe = try await DatabaseProbe()
        let store = try await probe.call { $0.enterBucket(mark: "s3", name: "b", host: "h", port: 1, $1) }
        try probe.database.execute(
            """
            insert into blob_leaving (store, digest, taken_at, removed_at)
            select \(store), sha256(n::text::bytea), now(), now() from generate_series(1, 30000) n;
            insert into blob_leaving (store, digest) values (\(store), sha256('waiting'));
            """)
        try probe.database.execute("vacuum analyze blob_leaving")
        let all = try pages("select count(digest) from blob_leaving where digest > '\\x00'", probe.database)
        #expect(all > 200)
        #expect(try pages("select take_leaving(\(store), 100)", probe.database) < 100)
        let old = "delete from blob_leaving where store = \(store) and removed_at < now() - interval '1 day'"
        #expect(try pages(old, probe.database) < 100)
        // The one of them was taken just now.
        #expect(try await probe.call { $0.takeLeaving(store, limit: 100, $1) } == [])
        try probe.database.execute("update blob_leaving set taken_at = now() - interval '1 hour'")
        #expect(try await probe.call { $0.takeLeaving(store, limit: 100, $1) }.count == 1)
    }

    /// As where another node has seen meanwhile that nothing is left.
    @Test func whatMovedLastIsCountedAfterTheEndAsWell() async throws {
        let probe = try await DatabaseProbe()
        let store = try await probe.call { $0.enterBucket(mark: "s3", name: "b", host: "h", port: 1, $1) }
        let begun = try await probe.call { $0.beginMove(to: .nodes, bytesPerSecond: 1, $1) }
        let move = try #require(begun)
        #expect(try await probe.call { $0.endMove(move, bucket: store, $1) } == 1)
        #expect(try await probe.call { $0.noteMoved(move, count: 1, byteCount: 3, failed: 0, $1) } == 0)
        let ended = try await probe.call { $0.lastMove($1) }
        #expect(ended?.state == .done && ended?.moved == 1)
    }
}
