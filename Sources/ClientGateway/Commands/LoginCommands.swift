import Accounts
import Conversations
import DBProxy
import Log
import Metrics
import Primitives
import Protobuf
import Reactor
import TalkProtocol

/// Service 1: logging in and out, and what belongs to a login.
extension Gateway {
    func logIn(_ request: Request, _ body: RawSpan) {
        let session = request.session
        guard let asked = try? LoginRequest(body), asked.isAcceptable(limits), let clientType = asked.clientType else {
            return refuse(request, .dbValidateFailed, "登录信息有误", .malformed)
        }
        if let oldest = limits.minVersions[clientType], ClientVersion(asked.version) < oldest {
            return refuse(request, .versionTooOld, "版本过低，请升级", .tooOld)
        }
        if shared.census.connections > limits.maxConnections {
            return refuse(request, .msgServerFull, "服务器繁忙，请\(retryHint)秒后重试", .full)
        }
        session.gate.phase = .authenticating
        shared.census.isJudged(session.address, from: session.peer.host)
        session.clientType = clientType
        session.isExtended = asked.token != nil
        let interest = LoginInterest()
        session.login = interest
        let attempt = LoginAttempt(
            name: asked.name, secret: asked.password, token: asked.token.flatMap(SessionToken.init(received:)),
            wantsToken: asked.token != nil, clientType: clientType, host: session.peer.host,
            interest: interest)
        logins.logIn(attempt) { [weak self, address = session.address] outcome in
            guard let self, let session = sessions[address], session.gate.phase == .authenticating else { return }
            session.login = nil
            finishLogin(Request(session: session, sequence: request.sequence, slot: nil), asked, outcome)
        }
    }

    private func finishLogin(_ request: Request, _ asked: LoginRequest, _ outcome: LoginOutcome) {
        switch outcome {
        case .success(let profile, let epoch, let horizon, let token):
            let wait = shared.displacements.delay(profile.id, request.session.device, at: loop.now)
            if wait == .zero { return enter(request, profile, epoch, horizon, token, asked.status) }
            loop.schedule(after: wait) { [weak self] in
                guard let self, request.session.gate.phase == .authenticating else { return }
                enter(request, profile, epoch, horizon, token, asked.status)
            }
        case .wrongCredentials: refuse(request, .dbValidateFailed, "用户名/密码错误", .wrong)
        // Nobody looked at the password: the code for a wrong one makes Android give up.
        case .locked: refuse(request, .msgServerFull, "密码错误次数太多，请稍后重试", .locked)
        case .tooSoon: refuse(request, .msgServerFull, "密码错误次数太多，请\(retryHint)秒后重试", .tooSoon)
        case .addressLocked: refuse(request, .msgServerFull, "密码错误次数太多，请稍后重试", .addressLocked)
        case .busy: refuse(request, .msgServerFull, "服务器繁忙，请\(retryHint)秒后重试", .busy)
        case .tooOften: refuse(request, .msgServerFull, "登录太频繁，请\(retryHint)秒后重试", .tooOften)
        case .noDatabase: refuse(request, .noDBServer, "服务端异常", .noDatabase)
        }
    }

    /// The session becomes its user's before the answer leaves, so that nothing pushed in between is missed; everything
    /// else is sent after the answer.
    private func enter(
        _ request: Request, _ profile: Profile, _ epoch: Int64, _ horizon: Int64, _ token: SessionToken?,
        _ status: UserStatType
    ) {
        let session = request.session
        session.user = profile.id
        session.epoch = epoch
        session.loginTime = shared.wallClock()
        session.gate.phase = .online
        roster.insert(session)
        session.isNewcomer = false
        shared.census.loggedIn(session.address, from: session.peer.host)
        session.transport.deadlineChanged(session.connection)
        counters.login(.success)
        let entry = OnlineSessions.Entry(
            address: session.address, epoch: epoch, clientType: session.clientType, status: status,
            openedAt: loop.now, horizon: horizon)
        let insertion = online.insert(entry, of: profile.id)
        // The original tells clients that everybody is a normal user.
        var info = UserInfo(profile)
        info.status = 0
        answer(
            request, .loginRes,
            IMLoginRes(
                serverTime: shared.wallClock(), resultCode: .success, resultString: "成功", onlineStatus: status,
                userInfo: info, sessionToken: token?.bytes))
        shared.log.info(
            "login", "a user logged in",
            [
                "user": .int(Int(profile.id.rawValue)), "client_type": .int(Int(session.clientType.rawValue)),
                "trace": .string(session.trace), "peer": .string(session.peer.description),
                "transport": .string(session.transport.kind.rawValue),
            ])
        switch insertion {
        case .inserted(let displaced):
            counters.sessions.add(1)
            if let displaced { kick(displaced.address, .duplicateUser) }
            if displaced != nil { counters.sessions.subtract(1) }
            announceOpened(session, status)
            conversations.sessionOpened(profile.id)
            presenceChanged(entered: session)
        case .outdated:
            kick(session.address, .duplicateUser)
        }
    }

    /// Seconds until it is worth trying again, another number for each, so that not all come at once. The protocol has
    /// no field for it; clients show the text.
    private var retryHint: Int {
        let queue = logins.limits.rate.time(for: logins.pending).milliseconds / 1000
        return Int(queue) + Int.random(in: 1...5, using: &loop.random)
    }

    private func refuse(
        _ request: Request, _ code: ResultType, _ text: String, _ result: GatewayCounters.LoginResult
    ) {
        counters.login(result)
        if refusalLog.admits("login " + result.rawValue, at: loop.now) { logRefusal(request, result) }
        answer(
            request, .loginRes,
            IMLoginRes(serverTime: shared.wallClock(), resultCode: code, resultString: text))
        leave(request.session)
        request.session.close(because: result.ending)
    }

    private func logRefusal(_ request: Request, _ result: GatewayCounters.LoginResult) {
        shared.log.info(
            "login_refused", "a login was refused",
            ["result": .string(result.rawValue), "peer": .string(request.session.peer.description)])
    }

    func logOut(_ request: Request) {
        let session = request.session
        leave(session)
        forgetDevice(session)
        // Answered when the token is gone: whoever was told so does not look after it any more.
        database.recordLogout(of: session.user, session.device, epoch: session.epoch) { [weak self] result in
            guard let self else { return }
            let code: UInt32 = if case .success = result { 0 } else { 1 }
            answer(request, .logoutRsp, IMLogoutRsp(resultCode: code))
            session.close(because: .loggedOut)
        }
    }

    /// Only a mobile may send its user's PC away.
    func kickPC(_ request: Request) {
        guard request.session.device == .mobile else { return }
        kickEverywhere(request.user, .pc, .mobileKick)
        answer(request, .kickPCClientRsp, IMKickPCClientRsp(userID: request.user.rawValue, resultCode: 0))
    }

    /// Only mobiles are pushed to.
    func setDeviceToken(_ request: Request, _ message: IMDeviceTokenReq) {
        guard request.session.device == .mobile, message.deviceToken.utf8.count <= limits.maxTokenBytes,
            message.deviceToken.fitsDatabase
        else { return }
        let token = message.deviceToken
        database.setDeviceToken(token, of: request.user, request.session.clientType) { [weak self] result in
            guard let self, case .success = result else { return }
            request.session.deviceToken = token.isEmpty ? nil : token
            shared.deviceHolders.add(CollectionOfOne(request.user))
            answer(request, .deviceTokenRsp, IMDeviceTokenRsp(userID: request.user.rawValue))
        }
    }

    func setPushShield(_ request: Request, _ message: IMPushShieldReq) {
        let shield = message.shieldStatus != 0
        database.setPushShield(shield, of: request.user) { [weak self] result in
            let code: UInt32 = (try? result.get()) == nil ? 1 : 0
            self?.answer(
                request, .pushShieldRsp,
                IMPushShieldRsp(userID: request.user.rawValue, resultCode: code, shieldStatus: shield ? 1 : 0))
        }
    }

    func queryPushShield(_ request: Request) {
        database.pushShield(of: request.user) { [weak self] result in
            let shield = try? result.get()
            self?.answer(
                request, .queryPushShieldRsp,
                IMQueryPushShieldRsp(
                    userID: request.user.rawValue, resultCode: shield == nil ? 1 : 0,
                    shieldStatus: shield.map { $0 ? 1 : 0 }))
        }
    }
}

/// An `IMLoginReq`, read more tolerantly than the generated type does: a status out of range means "online", and a
/// client type out of range must be refused with an answer, not as an unreadable packet.
struct LoginRequest {
    private(set) var name = ""
    private(set) var password = ""
    private(set) var status = UserStatType.online
    private(set) var clientType: ClientType?
    private(set) var version = ""
    private(set) var token: [UInt8]?

    init(_ body: RawSpan) throws(ProtoError) {
        var reader = ProtoReader(body)
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: name = try reader.string().inNormalForm
            case 0x12: password = try reader.string()
            case 0x18: status = try reader.enumeration() ?? status
            case 0x20: clientType = try reader.enumeration()
            case 0x2A: version = try reader.string()
            case 0xF2: token = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    func isAcceptable(_ limits: GatewayLimits) -> Bool {
        !name.isEmpty && name.utf8.count <= limits.maxNameBytes && name.fitsDatabase
            && password.utf8.count <= limits.maxTokenBytes && version.utf8.count <= limits.maxTokenBytes
    }
}
