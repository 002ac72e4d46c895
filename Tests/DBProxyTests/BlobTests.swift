import Blobs
import Crypto
import DBProxy
import PostgresKit
import Primitives
import TalkProtocol
import Testing

/// What the database knows of files and pictures.
@Suite(.timeLimit(.minutes(5))) struct BlobTests {
    private func id(_ number: UInt8) throws -> BlobID {
        let bytes = [number]
        let digest = SHA256.digest(bytes.rawBytes)
        let id = BlobID(digest.rawBytes)
        return try #require(id)
    }

    private func enter(_ mark: String, _ node: String, _ probe: DatabaseProbe) async throws -> Int32 {
        try await probe.call { $0.enterStore(mark: mark, of: node, host: "127.0.0.1", port: 8700, $1) }
    }

    private func store(
        _ number: UInt8, in stores: [Int32], life: Int32? = nil, by user: UserID = UserID(1), within quota: Int? = nil,
        _ probe: DatabaseProbe
    ) async throws -> Int? {
        let blob = BlobRecord(id: try id(number), byteCount: 100, type: 1, stores: stores)
        return try await probe.call {
            $0.storeBlob(blob, wanted: 2, by: user, as: .picture, life: life, within: quota, $1)
        }
    }

    private func short(_ probe: DatabaseProbe) async throws -> [BlobID] {
        try await probe.call { $0.shortBlobs(after: nil, limit: 100, $1) }.map(\.id)
    }

    private func stores(of number: UInt8, _ probe: DatabaseProbe) async throws -> [Int32]? {
        let id = try id(number)
        return try await probe.call { $0.blob(id, $1) }?.stores
    }

    /// Of pictures, by user.
    private func usage(_ probe: DatabaseProbe) throws -> String? {
        try probe.database.execute(
            """
            select string_agg(user_id || ': ' || files || ' of ' || bytes, ', ' order by user_id) from blob_usage
            where kind = 1
            """)
    }

    @Test func copiesAreCounted() async throws {
        let probe = try await DatabaseProbe()
        let a = try await enter("a", "node-1", probe)
        let b = try await enter("b", "node-2", probe)
        #expect(a != b)
        #expect(try await store(1, in: [a, b], probe) == 2)
        #expect(try await store(2, in: [a], probe) == 1)
        #expect(try await short(probe) == [id(2)])
        let (one, two, none) = (try id(1), try id(2), try id(3))
        #expect(try await probe.call { $0.addCopy(of: two, in: b, $1) } == 2)
        #expect(try await probe.call { $0.addCopy(of: two, in: b, $1) } == 2)
        #expect(try await probe.call { $0.addCopy(of: none, in: b, $1) } == nil)
        #expect(try await short(probe) == [])
        #expect(try await probe.call { $0.dropCopies(of: [one, none], in: a, $1) } == 1)
        #expect(try await probe.call { $0.dropCopies(of: [one, none], in: a, $1) } == 0)
        #expect(try await short(probe) == [one])
        #expect(try await stores(of: 1, probe) == [b])
        #expect(try await stores(of: 3, probe) == nil)
    }

    @Test func whatIsStoredAtOnceIsHeldAgainstTheQuotaOfItsUser() async throws {
        let probe = try await DatabaseProbe()
        let a = try await enter("a", "node-1", probe)
        try probe.database.execute("insert into account (name, password, stamp) values ('alice', 'x', 1)")
        #expect(try await store(1, in: [a], within: 200, probe) == 1)
        // Both wait until they may note how much it is, and one of them has room.
        let other = try await DatabaseProbe(probe.database)
        let holder = try probe.database.begin("select from blob_usage for update")
        async let second = store(2, in: [a], within: 200, probe)
        async let third = store(3, in: [a], within: 200, other)
        try await probe.database.untilWaiting(2)
        try holder.commit()
        let stored = [try await second, try await third]
        #expect(stored.contains(1) && stored.contains(nil))
        #expect(try usage(probe) == "1: 2 of 200")
        #expect(try probe.database.execute("select count(*) from blob") == "2", "nothing is left of the other one")
        // His own one counts, if he has one; sending again what is there takes no room; and others have theirs.
        #expect(try await probe.call { $0.setQuota(UserQuota(pictureBytes: 300), of: UserID(1), $1) })
        #expect(try await store(5, in: [a], within: 200, probe) == 1)
        #expect(try await store(6, in: [a], within: 200, probe) == nil)
        #expect(try await store(5, in: [a], within: 200, probe) == 1)
        #expect(try await store(6, in: [a], by: UserID(2), within: 200, probe) == 1)
        #expect(try await store(7, in: [a], probe) == 1, "who is not asked for one has none")
    }

    @Test func whatIsStoredAgainIsOneBlobAndCountsOnceForEach() async throws {
        let probe = try await DatabaseProbe()
        let a = try await enter("a", "node-1", probe)
        let b = try await enter("b", "node-2", probe)
        #expect(try await store(1, in: [a], probe) == 1)
        #expect(try await store(1, in: [b], probe) == 2)
        #expect(try await store(1, in: [b], by: UserID(2), probe) == 2)
        #expect(try usage(probe) == "1: 1 of 100, 2: 1 of 100")
    }

    @Test func theLongestLifeCounts() async throws {
        let probe = try await DatabaseProbe()
        let a = try await enter("a", "node-1", probe)
        for life: Int32? in [0, 0] { #expect(try await store(1, in: [a], life: life, probe) == 1) }
        #expect(try await stores(of: 1, probe) == nil)
        #expect(try await store(2, in: [a], life: 0, probe) == 1)
        #expect(try await store(2, in: [a], life: nil, probe) == 1)
        #expect(try await store(2, in: [a], life: 0, probe) == 1)
        #expect(try await probe.call { $0.expireBlobs(limit: 10, $1) } == 1)
        #expect(try await stores(of: 2, probe) == [a])
        #expect(try usage(probe) == "1: 1 of 100")
    }

    @Test func anEmptyStoreInPlaceOfAnotherLosesWhatThatHad() async throws {
        let probe = try await DatabaseProbe()
        let a = try await enter("a", "node-1", probe)
        let b = try await enter("b", "node-2", probe)
        for number: UInt8 in 1...3 { _ = try await store(number, in: [a, b], probe) }
        // Not while the other one may be the store of a second node of this name.
        let fresh = try await enter("c", "node-1", probe)
        #expect(try await probe.call { $0.blobStores($1) }.map(\.isLost) == [false, false, false])
        try probe.database.execute("update blob_store set seen_at = now() - interval '16 seconds' where mark = 'a'")
        #expect(try await enter("c", "node-1", probe) == fresh)
        #expect(try await probe.call { $0.blobStores($1) }.map(\.isLost) == [true, false, false])
        #expect(try await probe.call { $0.shedCopies(limit: 2, $1) } == 2)
        #expect(try await probe.call { $0.shedCopies(limit: 2, $1) } == 1)
        #expect(try await probe.call { $0.shedCopies(limit: 2, $1) } == 0)
        #expect(try await short(probe).count == 3)
        #expect(try await stores(of: 1, probe) == [b])
        // The disk was only unplugged, and is another node's now.
        #expect(try await enter("a", "node-3", probe) == a)
        #expect(try await probe.call { $0.blobStores($1) }.filter(\.isLost) == [])
        #expect(fresh != a)
    }

    @Test func aBucketThatIsNamedAsANodeIsNotItsOldStore() async throws {
        let probe = try await DatabaseProbe()
        let bucket = try await probe.call { $0.enterBucket(mark: "s3", name: "node-1", host: "h", port: 1, $1) }
        try probe.database.execute("update blob_store set seen_at = now() - interval '1 hour'")
        _ = try await enter("a", "node-1", probe)
        #expect(try await probe.call { $0.loseStores(unseenFor: 300, $1) } == 0)
        let places = try await probe.call { $0.blobStores($1) }
        #expect(places.map(\.isLost) == [false, false] && places[0].id == bucket && places[0].isBucket)
    }

    @Test func aStoreThatNobodyShowsIsLost() async throws {
        let probe = try await DatabaseProbe()
        _ = try await enter("a", "node-1", probe)
        _ = try await enter("b", "node-2", probe)
        try probe.database.execute("update blob_store set seen_at = now() - interval '10 minutes' where mark = 'a'")
        #expect(try await probe.call { $0.loseStores(unseenFor: 300, $1) } == 1)
        #expect(try await probe.call { $0.loseStores(unseenFor: 300, $1) } == 0)
        let places = try await probe.call { $0.blobStores($1) }
        #expect(places.map(\.isLost) == [true, false])
        #expect(places[0].secondsUnseen >= 600 && places[1].secondsUnseen < 60)
        #expect(places[0].host == "127.0.0.1" && places[0].port == 8700 && places[0].node == "node-1")
    }

    @Test func whatIsStoredAgainWhileItsTimeEndsStays() async throws {
        let probe = try await DatabaseProbe()
        let other = try await DatabaseProbe(probe.database)
        let a = try await enter("a", "node-1", probe)
        _ = try await store(1, in: [a], life: 0, probe)
        let holder = try probe.database.begin("select from blob for update")
        async let stored = store(1, in: [a], life: nil, other)
        try await probe.database.untilWaiting(1)
        async let expired = probe.call { $0.expireBlobs(limit: 10, $1) }
        try await probe.database.untilWaiting(2)
        try holder.commit()
        let (deleted, copies) = (try await expired, try await stored)
        #expect(deleted == 0 && copies == 1)
        #expect(try await stores(of: 1, probe) == [a])
    }

    @Test func thoseWithTheFewestCopiesComeFirst() async throws {
        let probe = try await DatabaseProbe()
        let a = try await enter("a", "node-1", probe)
        for number: UInt8 in 1...6 { _ = try await store(number, in: number.isMultiple(of: 2) ? [a] : [], probe) }
        let all = try await probe.call { $0.shortBlobs(after: nil, limit: 100, $1) }
        #expect(all.map(\.stores.count) == [0, 0, 0, 1, 1, 1])
        for (index, blob) in all.enumerated() {
            let rest = try await probe.call { $0.shortBlobs(after: blob, limit: 100, $1) }
            #expect(rest == Array(all.dropFirst(index + 1)))
        }
    }

    @Test("a row that others refer to is deleted without a look at all of those")
    func foreignKeysHaveIndexes() async throws {
        let probe = try await DatabaseProbe()
        let bare = try probe.database.execute(
            """
            select string_agg(conrelid::regclass || '.' || conname, ', ') from pg_constraint c
            where contype = 'f' and conrelid::regclass::text ~ '^(blob|file)' and not exists (
                select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])
            """)
        #expect(bare ?? "" == "")
    }

    @Test("of two that store and delete one blob at once, one comes after the other")
    func storedWhileItExpires() async throws {
        let probe = try await DatabaseProbe()
        let other = try await DatabaseProbe(probe.database)
        let a = try await enter("a", "node-1", probe)
        _ = try await store(1, in: [a], life: 0, probe)
        let holder = try probe.database.begin("select from blob for update")
        async let expired = probe.call { $0.expireBlobs(limit: 10, $1) }
        try await probe.database.untilWaiting(1)
        async let stored = store(1, in: [a], life: nil, other)
        try await probe.database.untilWaiting(2)
        try holder.commit()
        let (deleted, copies) = (try await expired, try await stored)
        #expect(deleted <= 1 && copies == 1)
        #expect(try await stores(of: 1, probe) == [a])
        #expect(try usage(probe) == "1: 1 of 100")
    }

    @Test func administratorsEndThemOneByOneAndByTheirAge() async throws {
        let probe = try await DatabaseProbe()
        let a = try await enter("a", "node-1", probe)
        for number in UInt8(1)...5 { _ = try await store(number, in: [a], probe) }
        try probe.database.execute(
            """
            update blob set created_at = to_timestamp(1000);
            update blob_upload set made_at = to_timestamp(1000);
            update blob set size = 500, created_at = now() where digest = '\\x\(id(4))';
            insert into account (id, name, password, avatar, stamp)
            values (7, 'x', '', 'http://h/g0/1/2/\(id(3))_1x1.jpg', 1)
            """)
        let (one, three, none) = (try id(1), try id(3), try id(9))
        let largest = try await probe.call { $0.largeBlobs(limit: 2, $1) }
        #expect(largest.count == 2 && largest[0].byteCount == 500 && largest[0].kind == .picture)
        #expect(largest[0].user == UserID(1) && largest[0].copies == 1 && largest[0].expiresAt == nil)
        #expect(try await probe.call { $0.endBlob(one, isTrial: true, $1) })
        #expect(try await probe.call { $0.blob(one, $1) } != nil)
        #expect(try await probe.call { $0.endBlob(one, isTrial: false, $1) })
        #expect(try await probe.call { $0.blob(one, $1) } == nil)
        #expect(try await !probe.call { $0.endBlob(one, isTrial: false, $1) })
        #expect(try await !probe.call { $0.endBlob(none, isTrial: false, $1) })
        // A young one, a face, and one that was sent again stay.
        _ = try await store(5, in: [a], probe)
        let sum = try await probe.call { $0.agedBlobs(before: 2_000, limit: 10, deletes: false, $1) }
        #expect(sum.count == 1 && sum.byteCount == 100)
        #expect(try await probe.call { $0.agedBlobs(before: 2_000, limit: 10, deletes: true, $1) }.count == 1)
        #expect(try await probe.call { $0.agedBlobs(before: 2_000, limit: 10, deletes: true, $1) }.count == 0)
        #expect(try await probe.call { $0.blob(three, $1) } != nil)
    }
}
