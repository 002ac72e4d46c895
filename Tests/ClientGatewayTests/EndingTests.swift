import Testing
import WebSocket

@testable import ClientGateway

/// What a WebSocket is told at its end; README.md has the table.
@Suite struct EndingTests {
    @Test(arguments: [
        (Ending.loggedOut, 1000), (.badPacket, 1002), (.tooFast, 1008), (.drained, 1012), (.busy, 1013),
        (.kicked, 4001), (.silent, 4002), (.loginRefused, 4003),
    ] as [(Ending, UInt16)])
    func codes(ending: Ending, code: UInt16) {
        #expect(ending.closeCode.rawValue == code)
        #expect(ending.closeCode.mayBeSent)
    }
}
