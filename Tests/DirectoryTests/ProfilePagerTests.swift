@testable import DBProxy
@testable import Directory
import TalkProtocol
import Testing

@Suite struct ProfilePagerTests {
    private func profiles(stamps: [Int64]) -> [Profile] {
        stamps.enumerated().map { index, stamp in
            Profile(
                id: UserID(UInt32(index + 1)), name: "", gender: 0, nick: "", avatar: "", departmentID: 0, email: "",
                phone: "", domain: "", sign: "", status: 0, stamp: stamp)
        }
    }

    private func cut(_ stamps: [Int64], readAll: Bool = true, size: Int) -> ProfilePager.Page? {
        ProfilePager.cut(profiles(stamps: stamps), readAll: readAll) { _ in size }
    }

    @Test func whatFitsIsOnePage() {
        #expect(cut([1, 2, 2, 3], size: 10) == ProfilePager.Page(count: 4, stamp: 3, isLast: true))
        #expect(cut([], size: 10) == nil)
    }

    @Test func aPageEndsBetweenTwoStampsAndCarriesTheLower() {
        #expect(cut([1, 2, 2, 2, 3], size: 100_000) == ProfilePager.Page(count: 1, stamp: 1, isLast: false))
        #expect(cut([1, 1, 2, 3], size: 150_000) == ProfilePager.Page(count: 2, stamp: 1, isLast: false))
    }

    @Test func moreRowsThanWereReadNeverEndInTheMiddleOfAStamp() {
        #expect(cut([1, 2, 3, 3], readAll: false, size: 1) == ProfilePager.Page(count: 2, stamp: 2, isLast: false))
    }
}
