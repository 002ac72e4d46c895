import Accounts
import TalkProtocol
import Testing

@Suite struct PictureTokenTests {
    private let tokens = PictureToken(secret: Array("a secret of the cluster".utf8))
    private let now: Int64 = 1_800_000_000

    @Test("a token names its user until its time is over")
    func holds() {
        let token = tokens.make(for: UserID(7), at: now)
        #expect(tokens.user(of: token, at: now) == UserID(7))
        #expect(tokens.user(of: token, at: now + PictureToken.life - 1) == UserID(7))
        #expect(tokens.user(of: token, at: now + PictureToken.life) == nil)
        // By a clock that is hours behind it would hold for hours.
        #expect(tokens.user(of: token, at: now - PictureToken.life - 1) == nil)
    }

    @Test("what was changed, or made with another secret, is nobody's")
    func forged() {
        let token = tokens.make(for: UserID(7), at: now)
        let parts = token.split(separator: ".").map(String.init)
        for forged in [
            "8.\(parts[1]).\(parts[2])", "7.\(now + 700).\(parts[2])", "7.\(parts[1]).", "7.\(parts[1])", "", "...",
            "7.9223372036854775807.\(parts[2])", "-7.\(parts[1]).\(parts[2])", token + "0",
            PictureToken(secret: [1]).make(for: UserID(7), at: now),
        ] {
            #expect(tokens.user(of: forged, at: now) == nil, "\(forged)")
        }
    }
}
