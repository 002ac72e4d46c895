/// What a secret must not be: short, typed by a hand that did not care, or printed where everybody can read it.
public enum SecretStrength {
    public static let minByteCount = 32
    /// Thirty-two random hexadecimal digits have fewer than this once in a hundred million times.
    private static let minDistinctBytes = 8
    /// What stands in examples, documentation and other projects' default configurations.
    private static let published = [
        "changeme", "change-me", "change_me", "secret", "password", "example", "grapevine", "replace", "0123456789",
        "abcdefghij", "qwertyuiop",
    ]

    /// Why nobody should rely on the secret; `nil` if nothing speaks against it. The secret itself is not in the text.
    public static func complaint(_ secret: String) -> String? {
        if secret.utf8.count < minByteCount { return "must have at least \(minByteCount) characters" }
        let lowercase = secret.lowercased()
        if let word = published.first(where: lowercase.contains) {
            return "contains '\(word)', as published examples do; make one with: openssl rand -hex 32"
        }
        if Set(secret.utf8).count < minDistinctBytes {
            return "has fewer than \(minDistinctBytes) different characters; make one with: openssl rand -hex 32"
        }
        return nil
    }
}
