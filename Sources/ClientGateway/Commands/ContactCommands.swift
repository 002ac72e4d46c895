import Conversations
import DBProxy
import Directory
import Primitives
import Protobuf
import Reactor
import TalkProtocol

/// Service 2: recent sessions, users, departments, and what users change about themselves.
extension Gateway {
    func recentSessions(_ request: Request, _ message: IMRecentContactSessionReq) {
        // Messages of the second that the client asked in may have come after its question, and nodes may disagree
        // about the time: a minute of overlap, which clients merge.
        let since = max(0, Int64(message.latestUpdateTime) - 60)
        database.recentSessions(of: request.user, since: since, shown) { [weak self] result in
            guard let self else { return }
            guard case .success(let sessions) = result else { return leaveUnanswered() }
            answer(
                request, .recentContactSessionRsp,
                inPieces: sessions.map { self.contactSession($0, of: request.user) }
            ) { piece in
                IMRecentContactSessionRsp(userID: request.user.rawValue, contactSessionList: piece)
            }
        }
    }

    /// What of a list of conversations is read.
    var shown: Database.SessionBounds {
        Database.SessionBounds(sessions: limits.maxSessions, bodyBytes: limits.maxAnswerBytes / 2)
    }

    private func contactSession(_ session: RecentSession, of user: UserID) -> ContactSessionInfo {
        ContactSessionInfo(
            sessionID: session.conversation.sessionID(for: user), sessionType: session.conversation.sessionType,
            sessionStatus: .ok, updatedTime: session.updatedAt, latestMsgID: session.latest.id.rawValue,
            latestMsgData: shownBody(of: session), latestMsgType: session.latest.type,
            latestMsgFromUserID: session.latest.sender.rawValue)
    }

    /// What lists show of the latest message: the text itself, a word for a voice message, and dots for a text that
    /// would make the list longer than is good. No conversation is left out for the length of a text: its client would
    /// not know that there is something new.
    func shownBody(of session: RecentSession) -> [UInt8] {
        switch session.latest.type {
        case .singleAudio, .groupAudio: voicePlaceholder
        case .singleText, .groupText: session.latest.body.isEmpty ? longTextPlaceholder : session.latest.body
        }
    }

    func removeSession(_ request: Request, _ message: IMRemoveSessionReq) {
        let finish = { [weak self] (removed: Bool) in
            guard let self else { return }
            answer(
                request, .removeSessionRsp,
                IMRemoveSessionRsp(
                    userID: request.user.rawValue, resultCode: removed ? 0 : 1, sessionType: message.sessionType,
                    sessionID: message.sessionID))
            guard removed else { return }
            notify(
                [request.user], except: request.session.address, .removeSessionNotify,
                IMRemoveSessionNotify(
                    userID: request.user.rawValue, sessionType: message.sessionType, sessionID: message.sessionID))
        }
        guard
            let conversation = ConversationID(of: request.user, message.sessionType, session: message.sessionID)
        else { return finish(false) }
        database.hideSession(conversation, of: request.user) { finish((try? $0.get()) == true) }
    }

    func usersInfo(_ request: Request, _ message: IMUsersInfoReq) {
        guard message.userIDList.count <= limits.maxAsked else { return leaveUnanswered() }
        let users = message.userIDList.map(UserID.init(_:))
        gather(users, limits.usersPerRead, database.profiles) { [weak self] profiles in
            guard let self else { return }
            guard let profiles else { return leaveUnanswered() }
            answer(request, .usersInfoRsp, inPieces: profiles.map(UserInfo.init)) { piece in
                IMUsersInfoRsp(userID: request.user.rawValue, userInfoList: piece)
            }
        }
    }

    /// The mac client asks for everybody at once.
    func usersStatus(_ request: Request, _ message: IMUsersStatReq) {
        guard message.userIDList.count <= limits.maxAsked else { return leaveUnanswered() }
        online.noteStatusAsked(at: loop.now)
        lookUpStatuses(request, message.userIDList[...], found: [])
    }

    /// Some in each turn, so that nobody waits for a long list.
    private func lookUpStatuses(_ request: Request, _ users: ArraySlice<UInt32>, found: [UserStat]) {
        let some = users.prefix(limits.statusesPerTurn)
        let found = found + some.map { UserStat(userID: $0, status: shownStatus(of: UserID($0))) }
        let rest = users.dropFirst(some.count)
        if rest.isEmpty {
            return answer(request, .usersStatRsp, inPieces: found) { piece in
                IMUsersStatRsp(userID: request.user.rawValue, userStatList: piece)
            }
        }
        loop.scheduleNextTurn { [weak self] in
            if request.session.isOnline { self?.lookUpStatuses(request, rest, found: found) }
        }
    }

    func departments(_ request: Request, _ message: IMDepartmentReq) {
        let since = Int64(message.latestUpdateTime)
        database.changedDepartments(after: since) { [weak self] result in
            guard let self else { return }
            guard case .success(let departments) = result else { return leaveUnanswered() }
            let latest = UInt32(clamping: departments.last?.stamp ?? since)
            answer(request, .departmentRsp, inPieces: departments.map(DepartInfo.init)) { piece in
                IMDepartmentRsp(userID: request.user.rawValue, latestUpdateTime: latest, deptList: piece)
            }
        }
    }

    // MARK: Changes

    func changeAvatar(_ request: Request, _ message: IMChangeAvatarReq) {
        change(request, ProfileChange(avatar: message.avatarURL)) { [weak self] code, stored in
            guard let self else { return }
            answer(
                request, .changeAvatarRsp, IMChangeAvatarRsp(userID: request.user.rawValue, resultCode: code))
            guard code == 0, let url = stored.avatar else { return }
            if profileNotices.changedAvatar(url, of: request.user) { scheduleProfileNotices() }
        }
    }

    func changeSign(_ request: Request, _ message: IMChangeSignInfoReq) {
        change(request, ProfileChange(sign: message.signInfo)) { [weak self] code, stored in
            guard let self else { return }
            answer(
                request, .changeSignInfoRsp,
                IMChangeSignInfoRsp(
                    userID: request.user.rawValue, resultCode: code, signInfo: code == 0 ? stored.sign : nil))
            guard code == 0, let sign = stored.sign else { return }
            if profileNotices.changedSign(sign, of: request.user) { scheduleProfileNotices() }
        }
    }

    func changeUserInfo(_ request: Request, _ message: IMChangeUserInfoReq) {
        let wanted = ProfileChange(
            avatar: message.avatarURL, sign: message.signInfo, phone: message.telephoneNum,
            email: message.emailAddress)
        change(request, wanted) { [weak self] code, stored in
            guard let self else { return }
            answer(
                request, .changeUserInfoRsp,
                IMChangeUserInfoRsp(
                    userID: UInt64(request.user.rawValue), resultCode: code, telephoneNum: stored.phone,
                    emailAddress: stored.email, signInfo: stored.sign, avatarURL: stored.avatar))
            guard code == 0 else { return }
            let news = IMUserInfoChangedNotify(
                changedUserID: UInt64(request.user.rawValue), resultCode: 0, telephoneNum: stored.phone,
                emailAddress: stored.email, signInfo: stored.sign, avatarURL: stored.avatar)
            if profileNotices.changed(news, of: request.user) { scheduleProfileNotices() }
        }
    }

    /// Calls back with the protocol's result, 0 changed, 1 not, and with what was to be stored.
    private func change(
        _ request: Request, _ change: ProfileChange, _ finish: @escaping (UInt32, ProfileChange) -> Void
    ) {
        Users(database).change(request.user, change) { result in
            switch result {
            case .success(let stored): finish(0, stored)
            case .failure: finish(1, change)
            }
        }
    }
}

extension UserInfo {
    init(_ profile: Profile) {
        self.init(
            userID: profile.id.rawValue, userGender: profile.gender, userNickName: profile.nick,
            avatarURL: profile.avatar, departmentID: profile.departmentID.rawValue, email: profile.email,
            userRealName: profile.name, userTel: profile.phone, userDomain: profile.domain,
            status: UInt32(clamping: profile.status.rawValue), signInfo: profile.sign)
    }
}

extension DepartInfo {
    init(_ department: Department) {
        self.init(
            deptID: department.id.rawValue, priority: department.priority, deptName: department.name,
            parentDeptID: department.parentID.rawValue, deptStatus: department.deleted ? .delete : .ok)
    }
}
