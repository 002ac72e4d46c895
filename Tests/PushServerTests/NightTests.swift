import Testing

@testable import push_server

struct NightTests {
    @Test("a night goes over midnight, or not, or is none")
    func hours() {
        let night = Night(from: 22, until: 7)
        #expect([21, 22, 23, 0, 6, 7, 12].map(night.contains) == [false, true, true, true, true, false, false])
        #expect((0..<24).filter(Night(from: 1, until: 3).contains) == [1, 2])
        #expect((0..<24).filter(Night(from: 5, until: 5).contains) == [])
    }
}
