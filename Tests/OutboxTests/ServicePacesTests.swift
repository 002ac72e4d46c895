import Outbox
import Primitives
import Testing

struct ServicePacesTests {
    private let now = Instant(nanoseconds: 1)

    @Test("one service that is away pauses, and the others go on as they were")
    func away() {
        var paces = ServicePaces(rate: 100_000, maxWindow: 50)
        #expect(paces.rooms(at: now) == [:])
        for _ in 0..<10 {
            for service in ["one", "two"] {
                paces.took(service, at: now)
                paces.ended(service, stops: false, at: now)
            }
        }
        #expect(paces.rooms(at: now) == ["one": 11, "two": 11])
        paces.took("one", at: now)
        paces.ended("one", stops: true, at: now)
        paces.checkInvariants()
        #expect(paces.isPaused("one") && !paces.isPaused("two"))
        #expect(paces.rooms(at: now) == ["one": 0, "two": 11])
        // One message then, to see whether it is back.
        #expect(paces.rooms(at: now + .seconds(1))["one"] == 1)
    }

    @Test("a service that is slow holds its own places, and all of them together have a bound")
    func bound() {
        var paces = ServicePaces(rate: 100_000, maxWindow: 50)
        for index in 0..<ServicePaces.maxUnderWay {
            paces.took("service \(index % 40)", at: now)
            paces.checkInvariants()
        }
        #expect(paces.room == 0 && paces.underWay == ServicePaces.maxUnderWay)
        paces.ended("service 1", stops: false, at: now)
        #expect(paces.room == 1)
    }

    @Test("services to whom nothing is sent any more are forgotten")
    func memory() {
        var paces = ServicePaces(rate: 100_000, maxWindow: 50)
        paces.took("busy", at: now)
        for index in 0..<500 {
            paces.took("service \(index)", at: now)
            paces.ended("service \(index)", stops: false, at: now)
        }
        let rooms = paces.rooms(at: now)
        #expect(rooms.count <= 102 && rooms["busy"] == 0)
    }
}
