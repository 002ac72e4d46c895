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
        database.recentSessions(of: request.user, since: since, limit: limits.maxRecentSessions) { [weak self] result in
            guard let self else { return }
            guard case .success(let sessions) = result else { return leaveUnanswered() }
            answer(
                request, .recentContactSessionRsp,
                IMRecentContactSessionRsp(
                    userID: request.user.rawValue,
                    contactSessionList: fitting(
                        zip(sessions, shownBodies(of: sessions)).map {
                            self.contactSession($0, $1, of: request.user)
                        })))
        }
    }

    private func contactSession(_ session: RecentSession, _ body: [UInt8], of user: UserID) -> ContactSessionInfo {
        ContactSessionInfo(
            sessionID: session.conversation.sessionID(for: user), sessionType: session.conversation.sessionType,
            sessionStatus: .ok, updatedTime: session.updatedAt, latestMsgID: session.latest.id.rawValue,
            latestMsgData: body, latestMsgType: session.latest.type,
            latestMsgFromUserID: session.latest.sender.rawValue)
    }

    /// What lists show of the latest messages: the text itself, a word for a voice message, and dots for texts that
    /// would make the answer longer than clients take. No conversation is left out for the length of a text: its client
    /// would not know that there is something new.
    func shownBodies(of sessions: [RecentSession]) -> [[UInt8]] {
        // What else there is to say about each.
        var room = limits.maxAnswerBytes - 80 * sessions.count
        return sessions.map { session in
            let isVoice = session.latest.type == .singleAudio || session.latest.type == .groupAudio
            let body = isVoice ? voicePlaceholder : session.latest.body
            guard body.count <= room else { return longTextPlaceholder }
            room -= body.count
            return body
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
        let users = message.userIDList.prefix(limits.maxUserIDs).map(UserID.init)
        database.profiles(of: users) { [weak self] result in
            guard let self else { return }
            guard case .success(let profiles) = result else { return leaveUnanswered() }
            answer(
                request, .usersInfoRsp,
                IMUsersInfoRsp(userID: request.user.rawValue, userInfoList: fitting(profiles.map(UserInfo.init))))
        }
    }

    func usersStatus(_ request: Request, _ message: IMUsersStatReq) {
        online.noteStatusAsked(at: loop.now)
        let list = message.userIDList.prefix(limits.maxUserIDs).map { id in
            UserStat(userID: id, status: shownStatus(of: UserID(id)))
        }
        answer(request, .usersStatRsp, IMUsersStatRsp(userID: request.user.rawValue, userStatList: list))
    }

    func departments(_ request: Request, _ message: IMDepartmentReq) {
        database.changedDepartments(after: Int64(message.latestUpdateTime)) { [weak self] result in
            guard let self else { return }
            guard case .success(let departments) = result else { return leaveUnanswered() }
            let list = fitting(departments.map(DepartInfo.init))
            // In the order of their stamps: what does not fit is still news the next time.
            let latest = departments.prefix(list.count).last?.stamp ?? Int64(message.latestUpdateTime)
            answer(
                request, .departmentRsp,
                IMDepartmentRsp(
                    userID: request.user.rawValue, latestUpdateTime: UInt32(clamping: latest),
                    deptList: list))
        }
    }

    // MARK: Changes

    func changeAvatar(_ request: Request, _ message: IMChangeAvatarReq) {
        let url = message.avatarURL
        change(request, ProfileChange(avatar: url), valid: isURL(url)) { [weak self] code in
            guard let self else { return }
            answer(
                request, .changeAvatarRsp, IMChangeAvatarRsp(userID: request.user.rawValue, resultCode: code))
            guard code == 0 else { return }
            if profileNotices.changedAvatar(url, of: request.user) { scheduleProfileNotices() }
        }
    }

    func changeSign(_ request: Request, _ message: IMChangeSignInfoReq) {
        let sign = message.signInfo
        change(request, ProfileChange(sign: sign), valid: isSign(sign)) { [weak self] code in
            guard let self else { return }
            answer(
                request, .changeSignInfoRsp,
                IMChangeSignInfoRsp(
                    userID: request.user.rawValue, resultCode: code, signInfo: code == 0 ? sign : nil))
            guard code == 0 else { return }
            if profileNotices.changedSign(sign, of: request.user) { scheduleProfileNotices() }
        }
    }

    func changeUserInfo(_ request: Request, _ message: IMChangeUserInfoReq) {
        let wanted = ProfileChange(
            avatar: message.avatarURL, sign: message.signInfo, phone: message.telephoneNum,
            email: message.emailAddress)
        let valid =
            (wanted.avatar.map(isURL) ?? true) && (wanted.sign.map(isSign) ?? true)
            && [wanted.phone, wanted.email].allSatisfy {
                $0.map { $0.utf8.count <= limits.maxNameBytes && $0.fitsDatabase } ?? true
            }
        change(request, wanted, valid: valid) { [weak self] code in
            guard let self else { return }
            answer(
                request, .changeUserInfoRsp,
                IMChangeUserInfoRsp(
                    userID: UInt64(request.user.rawValue), resultCode: code, telephoneNum: wanted.phone,
                    emailAddress: wanted.email, signInfo: wanted.sign, avatarURL: wanted.avatar))
            guard code == 0 else { return }
            let news = IMUserInfoChangedNotify(
                changedUserID: UInt64(request.user.rawValue), resultCode: 0, telephoneNum: wanted.phone,
                emailAddress: wanted.email, signInfo: wanted.sign, avatarURL: wanted.avatar)
            if profileNotices.changed(news, of: request.user) { scheduleProfileNotices() }
        }
    }

    /// Calls back with the protocol's result: 0 changed, 1 not.
    private func change(
        _ request: Request, _ change: ProfileChange, valid: Bool, _ finish: @escaping (UInt32) -> Void
    ) {
        guard valid else { return finish(1) }
        database.changeProfile(of: request.user, change) { finish((try? $0.get()) == true ? 0 : 1) }
    }

    private func isURL(_ text: String) -> Bool { text.utf8.count <= limits.maxURLBytes && text.fitsDatabase }
    private func isSign(_ text: String) -> Bool { text.utf8.count <= limits.maxSignBytes && text.fitsDatabase }

}

extension UserInfo {
    init(_ profile: Profile) {
        self.init(
            userID: profile.id.rawValue, userGender: profile.gender, userNickName: profile.nick,
            avatarURL: profile.avatar, departmentID: profile.departmentID, email: profile.email,
            userRealName: profile.name, userTel: profile.phone, userDomain: profile.domain, status: profile.status,
            signInfo: profile.sign)
    }
}

extension DepartInfo {
    init(_ department: Department) {
        self.init(
            deptID: department.id, priority: department.priority, deptName: department.name,
            parentDeptID: department.parentID, deptStatus: department.deleted ? .delete : .ok)
    }
}
