public import Accounts
import Crypto
import Primitives

/// Passwords as people type them, in the form that nodes compare logins with.
public enum AccountPassword {
    /// Characters (NIST SP 800-63B, 5.1.1.2: no fewer). Accounts for load tests are free of it.
    public static let lengths = 8...256

    /// Completes "the password …"; `nil`: it may be one.
    public static func flaw(in password: String) -> String? {
        if password.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "has control characters, which not every keyboard can type"
        }
        let length = password.unicodeScalars.count
        if length < lengths.lowerBound { return "has \(length) characters, it needs \(lengths.lowerBound) at least" }
        return length > lengths.upperBound ? "is longer than \(lengths.upperBound) characters" : nil
    }

    /// Takes as long as the cost says: never on a loop.
    public static func stored(
        _ password: String, cost: PasswordHash.Cost = .standard
    ) throws(AdministrationError) -> String {
        try stored(secret: secret(password), cost: cost)
    }

    /// What clients send in place of the password.
    static func secret(_ password: String) throws(AdministrationError) -> String {
        do throws(CryptoError) {
            return try MD5.hex([UInt8](password.utf8).rawBytes)
        } catch {
            throw .noPasswordHash
        }
    }

    static func stored(secret: String, cost: PasswordHash.Cost) throws(AdministrationError) -> String {
        do throws(CryptoError) {
            return try PasswordHash(of: secret, cost: cost).stored
        } catch {
            throw .noPasswordHash
        }
    }
}
