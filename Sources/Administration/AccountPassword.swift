public import Accounts
import Crypto
import Primitives

/// Passwords as people type them, in the form that nodes compare logins with.
public enum AccountPassword {
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
