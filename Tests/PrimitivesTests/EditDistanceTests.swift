import Primitives
import Testing

@Suite struct EditDistanceTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("listen", "litsen", 1),
        ("ca", "abc", 3), ("same", "same", 0),
    ])
    func distances(left: String, right: String, distance: Int) {
        #expect(editDistance(left.utf8, right.utf8) == distance)
        #expect(editDistance(right.utf8, left.utf8) == distance)
    }

    @Test func onlyAMisspellingIsCorrected() {
        let names = ["listen", "listen.admin", "log.level"]
        #expect(nearestName(to: "lisetn", among: names) == "listen")
        #expect(nearestName(to: "log_level", among: names) == "log.level")
        #expect(nearestName(to: "postgres", among: names) == nil)
        #expect(nearestName(to: "x", among: names) == nil)
        #expect(nearestName(to: String(repeating: "l", count: 10_000), among: names) == nil)
    }
}
