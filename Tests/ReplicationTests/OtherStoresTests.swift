import Blobs
@testable import DBProxy
@testable import Replication
import Testing

/// Who is asked, and who makes a copy, as the database lists the stores.
@Suite struct OtherStoresTests {
    private static let id = BlobID(hex: String(repeating: "5c", count: 32))!

    private func place(
        _ id: Int32, unseen: Int = 0, isLost: Bool = false, isBucket: Bool = false
    ) -> BlobStorePlace {
        BlobStorePlace(
            id: id, node: "n\(id)", host: "h", port: 1, secondsUnseen: unseen, isLost: isLost, isBucket: isBucket)
    }

    private func blob(_ stores: [Int32], _ number: UInt8 = 0x5c) throws -> BlobRecord {
        let digits = String(number, radix: 16)
        let hex = String(repeating: digits.count == 1 ? "0\(digits)" : digits, count: 32)
        return BlobRecord(id: try #require(BlobID(hex: hex)), byteCount: 1, type: 1, stores: stores)
    }

    /// 1 is ours, 2 and 3 are there, 4 was silent for a while, 5 for long, 6 is lost, 9 is a bucket.
    private func stores(own: Int32? = 1, _ home: BlobHome = .nodes, bucket: Int32? = nil) -> OtherStores {
        OtherStores(
            own: own, bucket: bucket, home: home,
            [
                place(1), place(2), place(3), place(4, unseen: 10), place(5, unseen: 60), place(6, isLost: true),
                place(9, isBucket: true),
            ])
    }

    @Test func copiesGoToThoseThatAreThereAndThenToThoseThatWereOfLate() throws {
        let stores = stores()
        #expect(Set(stores.targets(for: Self.id, besides: [1]).prefix(2).map(\.id)) == [2, 3])
        #expect(stores.targets(for: Self.id, besides: [1]).dropFirst(2).map(\.id) == [4])
        #expect(stores.targets(for: Self.id, besides: [1, 2, 4]).map(\.id) == [3])
        #expect(stores.counts == (5, 2))
    }

    @Test func eachStoreGetsItsShare() throws {
        let stores = OtherStores(own: 1, (1...4).map { place($0) })
        var shares: [Int32: Int] = [:]
        for number in 0..<UInt8.max {
            shares[try #require(stores.targets(for: blob([1], number).id, besides: [1]).first).id, default: 0] += 1
        }
        #expect(shares.values.allSatisfy { (60...110).contains($0) }, "\(shares)")
    }

    @Test("of all that have a blob and live the first one makes the further copy, for those that live")
    func shortOnes() throws {
        #expect(Set(stores().targets(forShort: try blob([1, 2])).map(\.id)) == [3])
        #expect(stores().targets(forShort: try blob([2, 1])).map(\.id) == [3])
        #expect(stores(own: 2).targets(forShort: try blob([1, 2])).isEmpty)
        #expect(stores(own: 2).targets(forShort: try blob([2, 3])).map(\.id) == [1])
        // Those before it are silent, for a while or for ever.
        #expect(Set(stores(own: 3).targets(forShort: try blob([4, 5, 6, 3])).map(\.id)) == [1, 2])
        let silent = OtherStores(own: 3, [place(1, unseen: 10), place(2, isLost: true), place(3), place(4)])
        #expect(silent.targets(forShort: try blob([1, 2, 3])).map(\.id) == [4])
        #expect(stores(own: nil).targets(forShort: try blob([1])).isEmpty)
        #expect(stores(.bucket, bucket: 9).targets(forShort: try blob([1])).map(\.id) == [9])
        #expect(stores(.bucket, bucket: 9).targets(forShort: try blob([1, 9])).isEmpty)
    }

    @Test func nodesAreAskedBeforeABucketAndThoseThatAreThereFirst() throws {
        let all = try blob([1, 2, 3, 4, 5, 6, 9])
        #expect(stores(bucket: 9).holders(of: all).map(\.id) == [2, 3, 4, 9])
        #expect(stores().holders(of: all).map(\.id) == [2, 3, 4])
        #expect(stores(own: 3, bucket: 9).holders(of: try blob([4, 2])).map(\.id) == [2, 4])
    }

    @Test func enoughIsWhatTheHomeSays() {
        #expect(stores().areEnough([1, 2], wanted: 2) && !stores().areEnough([1], wanted: 2))
        #expect(stores(.bucket, bucket: 9).areEnough([9], wanted: 2))
        #expect(!stores(.bucket, bucket: 9).areEnough([1, 2, 3], wanted: 2))
        #expect(!stores(.bucket).areEnough([1, 9], wanted: 1))
    }

    @Test("one node moves a blob: the first that has it and lives, or the first of its weights where none has")
    func moves() throws {
        #expect(stores(own: 2, bucket: 9).moves(try blob([2, 3]), to: .bucket))
        #expect(!stores(own: 3, bucket: 9).moves(try blob([2, 3]), to: .bucket))
        #expect(stores(own: 3, bucket: 9).moves(try blob([4, 5, 6, 3]), to: .bucket))
        let bucketOnly = try blob([9])
        let movers = (1...3).filter { stores(own: $0, bucket: 9).moves(bucketOnly, to: .nodes) }
        #expect(movers.count == 1)
        #expect(!(1...3).contains { stores(own: $0, bucket: 9).moves(bucketOnly, to: .bucket) })
        #expect(!stores(own: nil, bucket: 9).moves(try blob([1]), to: .bucket))
    }
}
