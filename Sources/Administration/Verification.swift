/// What is wrong with what is stored, and how much was looked at.
public struct Verification: Sendable, Equatable {
    /// Kinds of what can be wrong. Programs go by the names; they do not change.
    public enum Flaw: String, CaseIterable, Sendable {
        case messagesMissing = "messages_missing"
        case headTooLow = "head_too_low"
        case messagesBelowFirst = "messages_below_first"
        case conversationMissing = "conversation_missing"
        case groupMissing = "group_missing"
        case conversationIDInvalid = "conversation_id_invalid"
        case pairIncomplete = "pair_incomplete"
        case pairHasStranger = "pair_has_stranger"
        case readMarkTooHigh = "read_mark_too_high"
        case joinTooHigh = "join_too_high"
        case leaveTooHigh = "leave_too_high"
        case hideTooHigh = "hide_too_high"
        case memberUnknown = "member_unknown"
        case groupCreatorUnknown = "group_creator_unknown"
        case departmentUnknown = "department_unknown"
        case nameAmbiguous = "name_ambiguous"
        case parentDepartmentUnknown = "parent_department_unknown"
        case loginUserUnknown = "login_user_unknown"
        case loginInconsistent = "login_inconsistent"

        /// For people; completes a number.
        public var meaning: String {
            switch self {
            case .messagesMissing: "messages that were numbered and are not there"
            case .headTooLow: "conversations with messages above the last one they know, so nobody can write"
            case .messagesBelowFirst: "conversations with messages below the first one they know"
            case .conversationMissing: "groups, or messages of a conversation, without a row in conversation"
            case .groupMissing: "conversations without their row in chat_group"
            case .conversationIDInvalid: "conversations whose id is neither a pair's nor a group's"
            case .pairIncomplete: "conversations of two users of which not both are members"
            case .pairHasStranger: "conversations of two users with a third member"
            case .readMarkTooHigh: "read marks above the last message, which hide new messages from the unread count"
            case .joinTooHigh: "members who joined after the last message, and so do not see the next ones"
            case .leaveTooHigh: "members who left after the last message"
            case .hideTooHigh: "members who hide messages that are not written yet"
            case .memberUnknown: "members who are no users"
            case .groupCreatorUnknown: "groups whose creator is no user"
            case .departmentUnknown: "users of a department that is not there"
            case .nameAmbiguous:
                "users whose name differs from another one's in the case of letters, or in its Unicode form, only: "
                    + "talkctl user edit --name gives a new one"
            case .parentDepartmentUnknown: "departments below one that is not there"
            case .loginUserUnknown: "logins of nobody"
            case .loginInconsistent: "logins whose epoch, class or token cannot be"
            }
        }

        /// Whether it can be put right without taking anything from anybody.
        public var isHealable: Bool {
            switch self {
            case .headTooLow, .messagesBelowFirst, .conversationMissing, .pairIncomplete, .pairHasStranger,
                .readMarkTooHigh, .joinTooHigh, .leaveTooHigh, .hideTooHigh, .memberUnknown, .departmentUnknown,
                .parentDepartmentUnknown:
                true
            case .messagesMissing, .groupMissing, .conversationIDInvalid, .groupCreatorUnknown, .loginUserUnknown,
                .loginInconsistent, .nameAmbiguous:
                false
            }
        }
    }

    public struct Finding: Sendable, Equatable {
        public let flaw: Flaw
        public internal(set) var count = 0
        public internal(set) var healed = 0
        /// The first few, by their ids.
        public internal(set) var examples: [String] = []

        public var remaining: Int { count - healed }
    }

    static let maxExamples = 5

    public internal(set) var conversations = 0
    public internal(set) var messages = 0
    public internal(set) var members = 0
    public internal(set) var groups = 0
    public internal(set) var users = 0
    public internal(set) var departments = 0
    public internal(set) var logins = 0
    /// In the order in which they were found, one of each kind.
    public private(set) var findings: [Finding] = []

    public var isClean: Bool { findings.allSatisfy { $0.remaining == 0 } }

    mutating func note(_ flaw: Flaw, _ example: String, count: Int = 1, isHealed: Bool = false) {
        let index = findings.firstIndex { $0.flaw == flaw } ?? findings.count
        if index == findings.count { findings.append(Finding(flaw: flaw)) }
        findings[index].count += count
        if isHealed { findings[index].healed += count }
        if findings[index].examples.count < Self.maxExamples { findings[index].examples.append(example) }
    }
}
