public import Crypto
import Primitives

/// A stored password: scrypt over what clients send, which is the MD5 of the password in hex.
///
/// Written as `scrypt$ln=15,r=8,p=3$<salt>$<key>`, salt and key in base64: each row says its own cost, so the default
/// can be raised without touching old rows.
public struct PasswordHash: Equatable, Sendable {
    public struct Cost: Equatable, Sendable {
        public let logN: UInt8
        public let r: UInt32
        public let p: UInt32

        /// 32 MiB and about a quarter of a second: OWASP's third choice of equal strength, as it needs the least memory
        /// per thread (OWASP Password Storage Cheat Sheet).
        public static let standard = Cost(logN: 15, r: 8, p: 3)

        /// For thousands of users of a load test, made in seconds. Nothing that must stay secret.
        public static let loadTest = Cost(logN: 4, r: 1, p: 1)

        /// Bytes that computing takes (RFC 7914: 128 r N, and the blocks of p).
        var memory: UInt64 { 128 * UInt64(r) * ((1 << UInt64(logN)) + UInt64(p)) + (1 << 20) }
    }

    public struct Malformed: Error {}

    private static let keyByteCount = 32
    private static let saltByteCount = 16

    public let cost: Cost
    private let salt: [UInt8]
    private let key: [UInt8]

    /// Computes the stored form. Takes as long as `cost` says: never on a loop.
    public init(of secret: String, cost: Cost) throws(CryptoError) {
        self.cost = cost
        salt = try randomBytes(Self.saltByteCount)
        key = try Self.derive(secret, salt, cost)
    }

    /// Reads the stored form.
    public init(stored text: String) throws(Malformed) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "scrypt", let cost = Cost(parts[1]),
            let salt = Base64.decode([UInt8](parts[2].utf8).rawBytes),
            let key = Base64.decode([UInt8](parts[3].utf8).rawBytes), key.count == Self.keyByteCount
        else { throw Malformed() }
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    public var stored: String {
        let salt = String(decoding: Base64.encode(salt.rawBytes), as: UTF8.self)
        let key = String(decoding: Base64.encode(key.rawBytes), as: UTF8.self)
        return "scrypt$ln=\(cost.logN),r=\(cost.r),p=\(cost.p)$\(salt)$\(key)"
    }

    /// Whether `secret` is the one. Takes as long as the cost says: never on a loop.
    public func matches(_ secret: String) -> Bool {
        guard let derived = try? Self.derive(secret, salt, cost) else { return false }
        return equalInConstantTime(derived.rawBytes, key.rawBytes)
    }

    /// For names that no user has: as much work as a real comparison, and never a match.
    public static let ofNobody: PasswordHash? = try? PasswordHash(of: "nobody", cost: .standard)

    private static func derive(_ secret: String, _ salt: [UInt8], _ cost: Cost) throws(CryptoError) -> [UInt8] {
        try Scrypt(logN: cost.logN, r: cost.r, p: cost.p, memoryLimit: cost.memory)
            .key(password: [UInt8](secret.utf8).rawBytes, salt: salt.rawBytes, byteCount: keyByteCount)
    }
}

extension PasswordHash.Cost {
    fileprivate init?(_ text: String) {
        var values: [Substring: UInt32] = [:]
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=")
            guard pair.count == 2, let value = UInt32(pair[1]) else { return nil }
            values[pair[0]] = value
        }
        // Above these the row would be an attack on the node's memory.
        guard let logN = values["ln"], let r = values["r"], let p = values["p"], 1...20 ~= logN, 1...32 ~= r,
            1...16 ~= p
        else { return nil }
        self.init(logN: UInt8(logN), r: r, p: p)
    }
}
