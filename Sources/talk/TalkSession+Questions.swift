import Primitives
import Protobuf
import TalkProtocol

/// A question that the server has not answered yet.
struct Question {
    enum Subject: Equatable {
        /// Who is called what; asked again for the sake of a name that nobody had.
        case users(for: String?)
        case unread
        case messages(ConversationID, [UInt32])
        /// Whether the server answers for a conversation: if it does, it refuses the send with this key.
        case refusal(ClientKey, of: ConversationID)
        case history(ConversationID)
        /// The groups that one is in: those that stay, those in which something was said, and what they are called.
        case fixedGroups
        case recentSessions
        case groupNames([GroupID])
        /// Who of `rest` is online, and of those before.
        case online(rest: [UserID], found: [UserID])
        case waitingFiles
        /// Makes a task for the file that is being sent.
        case offer
        /// A token to save a file, to bring the one that is being sent, or where pictures are.
        case access(FileAccessPurpose)

        /// Somebody typed it; the others are asked at each login, or when they are due.
        var isWaitedFor: Bool {
            switch self {
            case .history, .online, .access(.file), .access(.picture): true
            case .users, .unread, .messages, .refusal, .fixedGroups, .recentSessions, .groupNames, .waitingFiles,
                .offer, .access(.sending): false
            }
        }
    }

    let subject: Subject
    let asked: Instant
}

/// What is asked of the server, and what it answers.
extension TalkSession {
    /// A server that cannot answer now says nothing.
    private static let answerLimit: Duration = .seconds(5)
    private static let historyLength: UInt32 = 20
    /// More are not looked at (`GatewayLimits.maxUserIDs`).
    private static let usersPerQuestion = 500

    var isAskingForUsers: Bool {
        questions.values.contains { question in
            if case .users = question.subject { true } else { false }
        }
    }

    var isAskingForGroups: Bool {
        questions.values.contains { question in
            switch question.subject {
            case .fixedGroups, .recentSessions, .groupNames: true
            case .users, .unread, .messages, .refusal, .history, .online, .waitingFiles, .offer, .access: false
            }
        }
    }

    /// What a group is called is not known yet: what is said there is shown when it is, or if the server knows no name.
    func isAskingForName(of conversation: ConversationID) -> Bool {
        guard case .group(let group) = conversation.kind else { return false }
        return questions.values.contains { question in
            if case .groupNames(let some) = question.subject { some.contains(group) } else { false }
        }
    }

    /// Asks what a group is called.
    mutating func learn(of conversation: ConversationID, at now: Instant) {
        if case .group(let group) = conversation.kind { learn(of: [group], at: now) }
    }

    private mutating func learn(of some: [GroupID], at now: Instant) {
        let unknown = some.filter { !groups.knows($0) }
        if unknown.isEmpty || questions.values.contains(where: { $0.subject == .groupNames(unknown) }) { return }
        ask(.groupNames(unknown), at: now)
    }

    mutating func ask(_ subject: Question.Subject, at now: Instant) {
        let me = user.rawValue
        let number: UInt16
        switch subject {
        case .users:
            number = write(.allUserReq, IMAllUserReq(userID: me, latestUpdateTime: roster.stamp), at: now)
        case .unread:
            number = write(.unreadMsgCntReq, IMUnreadMsgCntReq(userID: me), at: now)
        case .messages(let conversation, let ids):
            number = write(
                .getMsgByIdReq,
                IMGetMsgByIdReq(
                    userID: me, sessionType: conversation.sessionType, sessionID: conversation.sessionID(for: user),
                    msgIDList: ids), at: now)
        case .refusal(_, let conversation):
            number = write(
                .getLatestMsgIdReq,
                IMGetLatestMsgIdReq(
                    userID: me, sessionType: conversation.sessionType, sessionID: conversation.sessionID(for: user)),
                at: now)
        case .history(let conversation):
            number = write(
                .getMsgListReq,
                IMGetMsgListReq(
                    userID: me, sessionType: conversation.sessionType, sessionID: conversation.sessionID(for: user),
                    msgIDBegin: 0, msgCnt: Self.historyLength), at: now)
        case .fixedGroups:
            number = write(.normalGroupListReq, IMNormalGroupListReq(userID: me), at: now)
        case .recentSessions:
            number = write(.recentContactSessionReq, IMRecentContactSessionReq(userID: me), at: now)
        case .groupNames(let some):
            let versions = some.map { GroupVersionInfo(groupID: $0.rawValue, version: 0) }
            number = write(
                .groupInfoListReq, IMGroupInfoListReq(userID: me, groupVersionList: versions), at: now)
        case .online(let rest, _):
            let some = rest.prefix(Self.usersPerQuestion).map(\.rawValue)
            number = write(.usersStatReq, IMUsersStatReq(userID: me, userIDList: some), at: now)
        case .waitingFiles:
            number = write(.fileHasOfflineReq, IMFileHasOfflineReq(userID: me), at: now)
        case .offer:
            guard let offer = sending?.offer(from: user) else { return }
            number = write(.fileReq, offer, at: now)
        case .access(let purpose):
            let task = purpose.task(sending)
            number = write(.fileAccessReq, IMFileAccessReq(userID: me, taskID: task), at: now)
        }
        questions[number] = Question(subject: subject, asked: now)
    }

    mutating func repeatQuestions(at now: Instant) {
        let late = questions.filter { now - $0.value.asked >= Self.answerLimit }
        if isQuitting, !late.isEmpty { return leaveUnanswered() }
        for (number, question) in late.sorted(by: { $0.key < $1.key }) {
            questions[number] = nil
            ask(question.subject, at: now)
        }
    }

    mutating func answered(_ header: PDUHeader, _ body: RawSpan, at now: Instant) throws(ProtoError) {
        let subject = questions[header.sequence]?.subject
        switch (Command(rawValue: header.command), subject) {
        case (.allUserRsp, _):
            // A long list comes in pages, of which only the first has the number of the question.
            let answer = try IMAllUserRsp(reading: body)
            roster.told(answer.userList, stamp: answer.latestUpdateTime)
            guard case .users(let name) = subject else { return }
            questions[header.sequence] = nil
            unknownName = name
            if isCatchingUp, name == nil { ask(.unread, at: now) }
        // Long lists of these come in several packets with one number.
        case (.normalGroupListRsp, _):
            let answer = try IMNormalGroupListRsp(reading: body)
            questions[header.sequence] = nil
            learn(of: answer.groupVersionList.map { GroupID($0.groupID) }, at: now)
        case (.recentContactSessionRsp, _):
            let answer = try IMRecentContactSessionRsp(reading: body)
            questions[header.sequence] = nil
            let some = answer.contactSessionList.filter { $0.sessionType == .group }
            learn(of: some.map { GroupID($0.sessionID) }, at: now)
        case (.groupInfoListRsp, _):
            let answer = try IMGroupInfoListRsp(reading: body)
            questions[header.sequence] = nil
            groups.told(answer.groupInfoList)
            guard case .groupNames(let some) = subject else { return }
            for group in some { showNew(in: .group(group), at: now) }
        case (.unreadMsgCntRsp, .unread):
            let answer = try IMUnreadMsgCntRsp(reading: body)
            questions[header.sequence] = nil
            caughtUp(answer.unreadinfoList, at: now)
        case (.getMsgByIdRsp, .messages(let conversation, let ids)):
            let answer = try IMGetMsgByIdRsp(reading: body)
            questions[header.sequence] = nil
            fetched(answer.msgList, of: conversation, asked: ids, at: now)
        case (.getLatestMsgIdRsp, .refusal(let key, let conversation)):
            questions[header.sequence] = nil
            passedOver(key, of: conversation)
        case (.getMsgListRsp, .history(let conversation)):
            let answer = try IMGetMsgListRsp(reading: body)
            questions[header.sequence] = nil
            showHistory(answer.msgList, of: conversation)
        case (.usersStatRsp, .online(let rest, let found)):
            let answer = try IMUsersStatRsp(reading: body)
            questions[header.sequence] = nil
            counted(answer.userStatList, rest: Array(rest.dropFirst(Self.usersPerQuestion)), found: found, at: now)
        case (.fileHasOfflineRsp, .waitingFiles):
            let answer = try IMFileHasOfflineRsp(reading: body)
            questions[header.sequence] = nil
            told(answer.offlineFileList)
        case (.fileRsp, .offer):
            let answer = try IMFileRsp(reading: body)
            questions[header.sequence] = nil
            offered(answer, at: now)
        case (.fileAccessRsp, .access(let purpose)):
            let answer = try IMFileAccessRsp(reading: body)
            questions[header.sequence] = nil
            given(answer, for: purpose)
        default:
            break
        }
    }

    private mutating func showHistory(_ messages: [MsgInfo], of conversation: ConversationID) {
        if messages.isEmpty { return note("There is nothing between you and \(title(of: conversation)) yet.") }
        for message in messages.sorted(by: { $0.msgID < $1.msgID }) {
            let text = plainText.line(of: message.msgData.rawBytes, message.msgType, into: &keepsakes)
            show("  \(message.msgID)  \(roster.name(of: UserID(message.fromSessionID))): \(text)")
        }
    }

    private mutating func counted(_ list: [UserStat], rest: [UserID], found: [UserID], at now: Instant) {
        let found = found + list.filter { $0.status != .offline }.map { UserID($0.userID) }
        if !rest.isEmpty { return ask(.online(rest: rest, found: found), at: now) }
        let names = found.map { roster.name(of: $0) }.sorted()
        show(names.isEmpty ? "Nobody else is online." : "Online: \(names.joined(separator: ", "))")
    }
}
