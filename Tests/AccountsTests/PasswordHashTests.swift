import Accounts
import DBProxy
import Primitives
import TalkProtocol
import Testing

@Suite struct PasswordHashTests {
    @Test func theStoredFormComesBackAndOnlyTheRightSecretMatches() throws {
        let hash = try PasswordHash(of: "e10adc3949ba59abbe56e057f20f883e", cost: .loadTest)
        let read = try PasswordHash(stored: hash.stored)
        #expect(read == hash)
        #expect(hash.stored.hasPrefix("scrypt$ln=4,r=1,p=1$"))
        #expect(read.matches("e10adc3949ba59abbe56e057f20f883e"))
        #expect(!read.matches("e10adc3949ba59abbe56e057f20f883f"))
        #expect(!read.matches(""))
    }

    @Test func theSameSecretIsStoredDifferentlyEachTime() throws {
        #expect(try PasswordHash(of: "x", cost: .loadTest).stored != PasswordHash(of: "x", cost: .loadTest).stored)
    }

    @Test(arguments: [
        "", "scrypt", "md5$ln=4,r=1,p=1$AAAA$AAAA", "scrypt$ln=99,r=1,p=1$AAAA$AAAA", "scrypt$ln=4$AAAA$AAAA",
        "scrypt$ln=4,r=1,p=1$%%$AAAA", "scrypt$ln=4,r=1000000,p=1$AAAA$AAAA", "e10adc3949ba59abbe56e057f20f883e",
    ])
    func malformedRowsAreRefused(text: String) {
        #expect(throws: PasswordHash.Malformed.self) { try PasswordHash(stored: text) }
    }

    @Test func theCacheKnowsOnlyWhatWasVerifiedInThisVersionForADay() {
        let cache = CredentialCache(key: [UInt8](repeating: 1, count: 32))
        let start = Instant(nanoseconds: 0)
        let (one, other) = (DatabaseIdentity(text: "one"), DatabaseIdentity(text: "other"))
        cache.remember(UserID(1), "secret", version: 3, in: one, at: start)
        #expect(!cache.contains(UserID(1), "secret", version: 3, in: other, at: start))
        #expect(cache.contains(UserID(1), "secret", version: 3, in: one, at: start + .seconds(3600)))
        #expect(!cache.contains(UserID(1), "secret", version: 4, in: one, at: start))
        #expect(!cache.contains(UserID(1), "other", version: 3, in: one, at: start))
        #expect(!cache.contains(UserID(2), "secret", version: 3, in: one, at: start))
        #expect(!cache.contains(UserID(1), "secret", version: 3, in: one, at: start + .seconds(24 * 3600)))
    }
}
