public import DBProxy
public import Presence
public import Primitives
public import TalkProtocol

/// What services were told of who is there, and what they are to be told next. A core.
///
/// Whoever comes is told of at once. Whoever goes, only when he has stayed away for a while: most who lose their
/// connection or their node are back in a moment, and nobody should see them go.
///
/// Users are looked at in buckets, those of the presence table. Bounded by that table and by what was told before.
public struct PresenceReport {
    public static let grace: Duration = .seconds(15)

    /// By bucket. Nobody is there with no device.
    private var told: [[UserID: DeviceSet]] = Array(repeating: [:], count: PresenceTable.bucketCount)
    /// Devices that users were told of as being there with, and that are not seen, since when.
    private var missing: [UserDevice: Instant] = [:]

    private struct UserDevice: Hashable {
        let user: UserID
        let device: DeviceSet
    }

    public init() {}

    /// Who is there now, of the users in a bucket.
    public static func seen(in bucket: Int, of table: PresenceTable) -> [UserID: DeviceSet] {
        var seen: [UserID: DeviceSet] = [:]
        table.forEachSession(inBucket: bucket) { seen[$0, default: []].formUnion(DeviceSet($1.device)) }
        return seen
    }

    /// What was told before, by this node or by another one; then, what the database has taken.
    public mutating func told(_ presences: some Sequence<UserPresence>) {
        for presence in presences {
            let bucket = PresenceTable.bucket(of: presence.user)
            told[bucket][presence.user] = presence.devices.isEmpty ? nil : presence.devices
            for device in [DeviceSet.pc, .mobile] where !presence.devices.contains(device) {
                missing[UserDevice(user: presence.user, device: device)] = nil
            }
        }
    }

    /// What was told is about to be read anew: a database that was set back knows less of it, and who else has told
    /// knows more.
    public mutating func forgetTold() {
        for bucket in told.indices { told[bucket] = [:] }
    }

    /// It was read: who is not told of is not missed.
    public mutating func learnedTold() {
        missing = missing.filter { key, _ in
            told[PresenceTable.bucket(of: key.user)][key.user]?.contains(key.device) == true
        }
    }

    /// Who is to be told of now, in this bucket.
    /// - Parameter seen: users of the bucket who are there now.
    public mutating func look(at bucket: Int, _ seen: [UserID: DeviceSet], at now: Instant) -> [UserPresence] {
        var news: [UserPresence] = []
        for (user, before) in told[bucket] {
            let after = devices(of: user, seen[user, default: []], before, at: now)
            if after != before { news.append(UserPresence(user, after)) }
        }
        for (user, devices) in seen where told[bucket][user] == nil { news.append(UserPresence(user, devices)) }
        return news
    }

    /// How a user is to be shown who was shown otherwise.
    private mutating func devices(
        of user: UserID, _ seen: DeviceSet, _ before: DeviceSet, at now: Instant
    ) -> DeviceSet {
        var after = seen
        for device in [DeviceSet.pc, .mobile] where before.contains(device) {
            let key = UserDevice(user: user, device: device)
            if seen.contains(device) {
                missing[key] = nil
            } else {
                let since = missing[key] ?? now
                missing[key] = since
                if now - since < Self.grace { after.formUnion(device) }
            }
        }
        return after
    }

    /// Traps if what is known contradicts itself.
    func checkInvariants() {
        for (bucket, users) in told.enumerated() {
            for (user, devices) in users {
                precondition(!devices.isEmpty, "\(user) was told of as being there with nothing")
                precondition(PresenceTable.bucket(of: user) == bucket, "\(user) lies in a bucket that is not his")
            }
        }
        for key in missing.keys {
            let devices = told[PresenceTable.bucket(of: key.user)][key.user] ?? []
            precondition(devices.contains(key.device), "a device of \(key.user) is missed that was not there")
        }
    }
}
