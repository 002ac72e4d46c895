@testable import DBProxy
import Directory
import TalkProtocol
import Testing

@Suite struct ProfilePagerTests {
    private static func profiles(_ stamps: [Int64], from first: Int = 1) -> [Profile] {
        stamps.enumerated().map { index, stamp in
            Profile(
                id: UserID(UInt32(first + index)), name: "", gender: 0, nick: "", avatar: "", departmentID: 0,
                email: "", phone: "", domain: "", sign: "", status: AccountStatus(rawValue: 0), stamp: stamp)
        }
    }

    /// The pages of users with these stamps, each of `size` bytes, as (count, stamp).
    private func pages(_ stamps: [Int64], since: Int64 = 0, size: Int) -> [[Int64]] {
        var pager = ProfilePager(since: since) { _ in size }
        let rows = Self.profiles(stamps)
        var pages: [[Int64]] = []
        var read = 0
        while true {
            while let page = pager.next() {
                pages.append([Int64(page.users.count), page.stamp])
                if page.isLast { return pages }
            }
            let batch = Array(rows[read...].prefix(ProfilePager.rowsPerRead))
            read += batch.count
            pager.add(batch)
        }
    }

    @Test func whatFitsIsOnePage() {
        #expect(pages([1, 2, 2, 3], size: 10) == [[4, 3]])
        #expect(pages([], since: 7, size: 10) == [[0, 7]])
    }

    @Test("one answer takes as many as clients can read, however many rows were read at once")
    func aPageIsFull() {
        #expect(pages((1...11_000).map { Int64($0) }, size: 36) == [[11_000, 11_000]])
        #expect(pages((1...12_000).map { Int64($0) }, size: 36) == [[11_108, 11_108], [892, 12_000]])
    }

    @Test("a page that ends among users of one stamp carries the one before")
    func ofOneStampNobodyIsSkipped() {
        #expect(pages([1, 2, 2, 2, 3], size: 150_000) == [[2, 1], [2, 2], [1, 3]])
        #expect(pages(Array(repeating: 5, count: 9_000), since: 3, size: 100) == [[3_999, 3], [3_999, 3], [1_002, 5]])
    }

    @Test func whoIsTooLargeForAPageIsSentAlone() {
        #expect(pages([1, 2], size: 500_000) == [[1, 1], [1, 2]])
    }
}
