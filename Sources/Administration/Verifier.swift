import DBProxy
import TalkProtocol

/// Holds what is stored against itself, page by page, and repairs what it is told to.
struct Verifier {
    /// Rows of one page.
    private static let pageSize = 2_000
    /// Conversations and ids of one count: some ten milliseconds of the database's time.
    private static let maxSpans = 500
    private static let maxIDs = 50_000

    private let database: BlockingDatabase
    private let heals: Bool
    private let progress: (Verification) -> Void
    private(set) var found = Verification()

    init(_ database: BlockingDatabase, heals: Bool, progress: @escaping (Verification) -> Void) {
        self.database = database
        self.heals = heals
        self.progress = progress
    }

    /// What makes rows goes first, so that those are looked at as well.
    mutating func run() throws(AdministrationError) {
        for table in [JudgedTable.messages, .groups] { try judge(table) }
        try checkConversations()
        for table in [JudgedTable.members, .accounts, .departments, .logins] { try judge(table) }
    }

    // MARK: Conversations

    private mutating func checkConversations() throws(AdministrationError) {
        var last = Int64.min
        while true {
            let after = last
            let page = try database.call { $0.conversationFacts(after: after, limit: Self.pageSize, $1) }
            for facts in page { try check(facts) }
            try count(page)
            found.conversations += page.count
            progress(found)
            guard page.count == Self.pageSize, let next = page.last?.id else { return }
            last = next
        }
    }

    private mutating func check(_ facts: ConversationFacts) throws(AdministrationError) {
        let name = Self.name(of: facts.id)
        guard ConversationID(rawValue: UInt64(bitPattern: facts.id)) != nil, facts.id > 0 else {
            return found.note(.conversationIDInvalid, name)
        }
        if facts.top > facts.last { try note(.headTooLow, name, .raiseHead(facts.id)) }
        noteMissing(in: facts, from: max(Int(facts.top) + 1, Int(facts.first)), through: Int(facts.last))
        if facts.below > 0 { try note(.messagesBelowFirst, name, .lowerFirst(facts.id)) }
        if !facts.hasGroup { found.note(.groupMissing, name) }
        if facts.ends < 2 { try note(.pairIncomplete, name, .completePair(facts.id)) }
        if facts.strangers > 0 { try note(.pairHasStranger, name, .clearPair(facts.id)) }
    }

    /// Nothing is left of the end of a conversation.
    private mutating func noteMissing(in facts: ConversationFacts, from low: Int, through high: Int) {
        guard low <= high else { return }
        let ids = (low...high).prefix(Verification.maxExamples).map { Int32(clamping: $0) }
        note(missing: high - low + 1, ids, in: facts.id)
    }

    private mutating func note(missing count: Int, _ ids: [Int32], in conversation: Int64) {
        let list = ids.map(String.init).joined(separator: ", ")
        let rest = ids.count < count && !ids.isEmpty ? " …" : ""
        found.note(.messagesMissing, "\(Self.name(of: conversation)): \(list)\(rest)", count: count)
    }

    /// Counts their messages; a long conversation takes several counts.
    private mutating func count(_ page: [ConversationFacts]) throws(AdministrationError) {
        var spans: [MessageSpan] = []
        var ids = 0
        for facts in page {
            // With what lies outside, which a repair has taken in by now.
            let end = Int(facts.top)
            var low = Int(facts.below > 0 ? min(facts.first, facts.below) : max(1, facts.first))
            while low <= end {
                let high = min(end, low + Self.maxIDs - ids - 1)
                spans.append(
                    MessageSpan(conversation: facts.id, low: Int32(clamping: low), high: Int32(clamping: high)))
                ids += high - low + 1
                low = high + 1
                guard ids >= Self.maxIDs || spans.count >= Self.maxSpans else { continue }
                try count(spans)
                (spans, ids) = ([], 0)
            }
        }
        try count(spans)
    }

    private mutating func count(_ spans: [MessageSpan]) throws(AdministrationError) {
        if spans.isEmpty { return }
        let counts = try database.call { $0.countMessages(in: spans, $1) }
        for (span, count) in zip(spans, counts) {
            found.messages += Int(count.present)
            guard count.missing > 0 else { continue }
            // Examples enough: what they are costs more than how many.
            let needsIDs = found.findings.allSatisfy {
                $0.flaw != .messagesMissing || $0.examples.count < Verification.maxExamples
            }
            let ids = needsIDs ? try database.call {
                $0.missingMessages(in: span, limit: Verification.maxExamples, $1)
            } : []
            note(missing: Int(count.missing), ids, in: span.conversation)
        }
        progress(found)
    }

    // MARK: Rows

    private mutating func judge(_ table: JudgedTable) throws(AdministrationError) {
        var key = RowKey(id: table == .members ? .min : -1)
        while true {
            let after = key
            let page = try database.call { $0.judge(table, after: after, limit: Self.pageSize, $1) }
            for row in page.flawed { try note(row.key, row.flaws, in: table) }
            add(page.count, to: table)
            progress(found)
            guard let last = page.last else { return }
            key = last
        }
    }

    private mutating func add(_ count: Int, to table: JudgedTable) {
        switch table {
        case .messages: break
        case .groups: found.groups += count
        case .members: found.members += count
        case .accounts: found.users += count
        case .departments: found.departments += count
        case .logins: found.logins += count
        }
    }

    private mutating func note(
        _ key: RowKey, _ flaws: Int32, in table: JudgedTable
    ) throws(AdministrationError) {
        let has = { (flaw: Int32) in flaws & flaw != 0 }
        switch table {
        case .messages: try note(.conversationMissing, Self.name(of: key.id), .makeConversation(key.id))
        case .groups:
            if has(1) { try note(.conversationMissing, Self.name(of: key.id), .makeConversation(key.id)) }
            if has(2) { found.note(.groupCreatorUnknown, Self.name(of: key.id)) }
        case .members:
            let name = "user \(key.part) in \(Self.name(of: key.id))"
            // One statement lowers all of them.
            var repair: Repair? = .lowerMarks(key.id, user: key.part)
            for (flaw, kind) in [
                (Int32(1), Verification.Flaw.readMarkTooHigh), (2, .joinTooHigh), (4, .leaveTooHigh),
                (8, .hideTooHigh),
            ] where has(flaw) {
                let isHealed = try repair.map { (repair) throws(AdministrationError) in try heal(repair) }
                repair = isHealed == true ? nil : repair
                found.note(kind, name, isHealed: heals && repair == nil)
            }
            if has(16) { try note(.memberUnknown, name, .leaveGroup(key.id, user: key.part)) }
        case .accounts:
            if has(1) { try note(.departmentUnknown, "user #\(key.id)", .clearDepartment(key.id)) }
            if has(2) { found.note(.nameAmbiguous, "user #\(key.id)") }
        case .departments: try note(.parentDepartmentUnknown, "department \(key.id)", .clearParent(key.id))
        case .logins:
            let name = "user \(key.id) class \(key.part)"
            if has(1) { found.note(.loginUserUnknown, name) }
            if has(2) { found.note(.loginInconsistent, name) }
        }
    }

    // MARK: Repairs

    private mutating func note(
        _ flaw: Verification.Flaw, _ example: String, _ repair: Repair
    ) throws(AdministrationError) {
        found.note(flaw, example, isHealed: try heal(repair))
    }

    /// Whether it was wrong and is right now. What the database refuses stays a finding.
    private func heal(_ repair: Repair) throws(AdministrationError) -> Bool {
        guard heals else { return false }
        do {
            return try database.call { $0.repair(repair, $1) }
        } catch .database(.refused) {
            return false
        }
    }

    private static func name(of conversation: Int64) -> String {
        guard conversation > 0,
            let kind = ConversationID(rawValue: UInt64(bitPattern: conversation))?.kind
        else { return "conversation \(conversation)" }
        return switch kind {
        case .pair(let one, let other): "users \(one.rawValue) and \(other.rawValue)"
        case .group(let group): "group \(group.rawValue)"
        }
    }
}

extension Administrator {
    /// Holds what is stored against itself, while the cluster works.
    /// - Parameters:
    ///   - heals: also repairs what takes nothing from anybody, one thing per transaction. Never deletes a message.
    ///   - progress: called with what is known so far, many times.
    public func verify(
        heals: Bool, progress: @escaping (Verification) -> Void = { _ in }
    ) throws(AdministrationError) -> Verification {
        var verifier = Verifier(database, heals: heals, progress: progress)
        try verifier.run()
        return verifier.found
    }
}
