import Cluster
import Primitives
import Testing

@Suite struct PeerStatusTests {
    private static func decoded(_ bytes: [UInt8]) -> PeerStatus? { PeerStatus(bytes.rawBytes) }

    @Test(arguments: [
        PeerStatus(isReady: true, isDraining: false, sessionCount: 0, clientHost: "", clientPort: 0),
        PeerStatus(
            isReady: false, isDraining: true, sessionCount: .max, clientHost: "chat.example.org", clientPort: 65_535),
        PeerStatus(
            isReady: true, isDraining: true, sessionCount: 77, clientHost: String(repeating: "a", count: 255),
            clientPort: 8000),
    ]) func comesBack(_ status: PeerStatus) {
        #expect(Self.decoded(status.encoded) == status)
    }

    @Test func theFormatIsFixed() {
        let status = PeerStatus(
            isReady: true, isDraining: false, sessionCount: 0x0102_0304, clientHost: "ab", clientPort: 0x1F40)
        #expect(status.encoded == [1, 1, 2, 3, 4, 0x1F, 0x40, 0x61, 0x62])
    }

    @Test func longHostsAreCut() {
        let status = PeerStatus(
            isReady: true, isDraining: false, sessionCount: 1, clientHost: String(repeating: "b", count: 300),
            clientPort: 1)
        #expect(Self.decoded(status.encoded)?.clientHost.utf8.count == 255)
    }

    @Test func otherBytesAreRefusedOrRead() {
        for length in 0..<7 { #expect(Self.decoded([UInt8](repeating: 1, count: length)) == nil) }
        #expect(Self.decoded([UInt8](repeating: 1, count: 263)) == nil)
        // Flags of a later version, and a host that is no text.
        #expect(Self.decoded([0xFF, 0, 0, 0, 1, 0, 1, 0xFF])?.isReady == true)
    }
}
