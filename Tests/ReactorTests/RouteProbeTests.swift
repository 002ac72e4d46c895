import Reactor
import Testing

@Suite struct RouteProbeTests {
    @Test func theWayToThisMachineTakesLargePackets() throws {
        #expect(try RouteProbe.largestPayload(to: .loopback(port: 9)) > 1_400)
        let six = try #require(SocketAddress(numeric: "::1", port: 9))
        // Not every machine has IPv6.
        if let payload = try? RouteProbe.largestPayload(to: six) { #expect(payload > 1_400) }
    }

    @Test func whereNoWayLeadsIsAnError() throws {
        // The broadcast address: a socket must ask for the right to use it.
        let nobody = try #require(SocketAddress(numeric: "255.255.255.255", port: 9))
        #expect(throws: SystemError.self) { try RouteProbe.largestPayload(to: nobody) }
    }

    @Test func filesAreLimited() {
        let limits = SystemFacts.openFileLimits
        #expect(limits.soft > 0 && limits.soft <= limits.hard)
    }
}
