import TalkProtocol

extension PresenceReplication {
    /// For tests: what is not as it must be between two calls, if anything. Reads the whole table.
    public func checkInvariants() -> String? {
        if let flaw = compare(stream.digest, stream.sessionCount, of: .own) { return "own sessions: \(flaw)" }
        for (node, replica) in replicas {
            let count = table.origins.sessionCount(replica.slot)
            if let flaw = compare(replica.digest, count, of: replica.slot) { return "sessions of \(node): \(flaw)" }
        }
        return nil
    }

    private func compare(_ digest: Digest, _ count: Int, of slot: OriginSlot) -> String? {
        var (found, entries) = (Digest(), 0)
        for bucket in 0..<PresenceLimits.segments {
            table.forEachEntry(in: bucket, of: slot) { user, content in
                found.toggle(UserHash(user), content)
                entries += 1
            }
        }
        if entries != count { return "\(entries) are in the table, \(count) are counted" }
        return found.root == digest.root && found.buckets == digest.buckets ? nil : "the digest is not theirs"
    }
}
