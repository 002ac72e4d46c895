/// What an origin's sessions come down to: one number per bucket, and one of all.
///
/// A bucket's number is the XOR of its sessions' (`UserHash.digest`), so a change costs one XOR whatever is there. The
/// root is the XOR of the buckets' numbers and with that of all sessions': equal roots and different contents have a
/// probability of 2^-64. Two levels are enough: 100,000 users are 24 in a bucket, and a tree would have to be kept.
/// A core.
struct Digest: Sendable {
    private(set) var buckets = [UInt64](repeating: 0, count: PresenceLimits.segments)
    private(set) var root: UInt64 = 0

    /// A session came or went.
    mutating func toggle(_ hash: UserHash, _ content: SessionContent) {
        let difference = hash.digest(content)
        buckets[hash.bucket] ^= difference
        root ^= difference
    }
}
