import Settings
import Testing

@Suite struct SecretStrengthTests {
    @Test func aRandomOneIsGood() {
        #expect(SecretStrength.complaint("b9c1f0d6a83e4752b9c1f0d6a83e4751") == nil)
    }

    @Test(arguments: [
        "", "b9c1f0d6a83e4752b9c1f0d6a83e475", String(repeating: "ab", count: 20),
        "please-CHANGEME-please-b9c1f0d6a83e", "my-cluster-password-b9c1f0d6a83e4752",
        "0123456789abcdef0123456789abcdef",
    ])
    func oneThatAnybodyCanGuessIsNone(_ secret: String) throws {
        let complaint = try #require(SecretStrength.complaint(secret))
        #expect(secret.isEmpty || !complaint.contains(secret))
    }
}
