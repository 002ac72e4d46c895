/// The promises of the cluster layer, and those to users that a simulated cluster can break (PROMISES.md).
public enum Property: String, Sendable, CaseIterable {
    /// Who is gone is dead at everyone who can tell, in bounded time.
    case m1 = "M1"
    /// Who answers is not declared dead.
    case m3 = "M3"
    /// In the end all tables are equal.
    case m4 = "M4"
    /// What is stored of a node never goes back.
    case m5 = "M5"
    /// Of two processes with one number the older one stops within two seconds.
    case m6 = "M6"
    /// What is shown is open.
    case r1 = "R1"
    /// Nothing of an old life is shown once a later one is known.
    case r2 = "R2"
    /// What is open is shown.
    case r3 = "R3"
    /// Memory follows what is there.
    case r6 = "R6"
    /// A user has one session of a class.
    case k1 = "K1"
    /// It is the latest one that stays; no session ends without a later one.
    case k2 = "K2"
    /// Each message once, in order, and each that was accepted arrives.
    case t1 = "T1"
    /// Who missed a message is told to look into the database.
    case t2 = "T2"
    /// Queues stay within their bounds, and drain.
    case t3 = "T3"
    /// What strangers send changes nothing.
    case s1 = "S1"
    /// Nothing is acknowledged or pushed before its commit.
    case nothingBeforeItsCommit = "nothing before its commit"
    /// The ids of a conversation run 1, 2, 3 …, and each names one message.
    case idsWithoutGap = "ids without gap"
    /// On one connection the messages of a conversation come in rising order, none of them twice.
    case risingOnceOnly = "rising, once only"
    /// Who stays online gets every message of his conversations within `recoveryOfAll` after the last fault.
    case everythingArrives = "everything arrives"
    /// Who has left a group gets nothing that was said afterwards.
    case nothingAfterLeaving = "nothing after leaving"
    /// Login, history and what is pushed leave no hole.
    case noHole = "no hole"
    /// What a login could read is not pushed to it again, as long as all is well.
    case readOnceOnly = "read once only"
    /// Unread is what others have said and one has not read.
    case unreadIsRight = "unread is right"
    /// Of the devices that ring one has the call.
    case oneAnswer = "one answer"
    /// Whoever rings or talks does so with somebody, but for the seconds until an end is known.
    case noGhostCall = "no ghost call"
    /// What a core says of itself holds after everything that happens.
    case invariants
    /// What a later version says beyond this one is passed by.
    case u1 = "U1"
}

public struct Violation: Sendable, CustomStringConvertible {
    public let property: Property
    public let note: Note

    public var description: String { "\(property.rawValue): \(note)" }
}

extension ClusterWorld {
    private static let maxViolations = 100

    func violate(_ property: Property, _ text: String) {
        guard violations.count < Self.maxViolations else { return }
        let violation = Violation(property: property, note: Note(at: now, text: text))
        violations.append(violation)
        note { "VIOLATION \(property.rawValue) \(text)" }
    }

    /// The properties that were broken.
    public var broken: Set<Property> { Set(violations.map(\.property)) }
}
