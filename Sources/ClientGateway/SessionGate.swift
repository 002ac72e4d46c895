import Primitives
import TalkProtocol

/// Decides what happens to a packet by its header and what the session has done before: the first thing every packet
/// meets. A core.
///
/// The login check of the original let everything through (D1); here a packet is let through only by the
/// phase that it belongs to.
struct SessionGate {
    enum Phase: Equatable {
        case newcomer
        /// The login is being judged.
        case authenticating
        case online
        /// Kicked, logged out or refused: what still arrives is dropped.
        case leaving
    }

    enum Verdict: Equatable {
        case handle(Command)
        case drop
        /// Not now: the packet stays where it is, and nothing is read meanwhile.
        case later(Duration)
        /// The same, until one of the requests before it is answered.
        case afterAnswers
        case close(Reason)
    }

    enum Reason: String {
        case commandBeforeLogin = "command_before_login"
        case meaningless
        case tooFast = "too_fast"
    }

    var phase = Phase.newcomer
    private var packetsBeforeLogin = 0
    private var meaningless = 0
    private var meaninglessSince = Instant(nanoseconds: 0)
    /// Of heartbeats, and of logins behind the first one.
    private var trifles = TokenBucket()
    /// Of its own and not of the user: where a group is busy there are more of these than of anything else.
    private var receipts = TokenBucket()
    /// Requests without an answer, counted by `RequestSlot`.
    var underWay = 0

    /// - Parameter take: takes from the user's budget, or says how long until there is something in it.
    mutating func judge(
        _ header: PDUHeader, _ limits: GatewayLimits, at now: Instant, take: (UserBudgets.Kind) -> Duration?
    ) -> Verdict {
        if phase == .leaving { return .drop }
        guard let command = Command(service: header.service, command: header.command) else {
            return phase == .online ? noteMeaningless(limits, at: now) : dropBeforeLogin(limits)
        }
        // What only servers say, and what belongs on other connections.
        guard command.isTakenFromClients else {
            return phase == .online ? noteMeaningless(limits, at: now) : dropBeforeLogin(limits)
        }
        switch phase {
        case .newcomer:
            if command == .heartBeat || command == .msgServReq { return paced(.handle(command), limits, at: now) }
            return command == .loginReq ? .handle(command) : dropBeforeLogin(limits)
        case .authenticating:
            // A second login is ignored, as the original does; the rest has come too early.
            if command == .heartBeat { return paced(.handle(command), limits, at: now) }
            return command == .loginReq ? paced(.drop, limits, at: now) : dropBeforeLogin(limits)
        case .online:
            return command == .loginReq ? paced(.drop, limits, at: now) : throttle(command, limits, at: now, take)
        case .leaving:
            return .drop
        }
    }

    /// A packet whose body could not be read, or of a command that clients have no use for. Some are sent by mistake,
    /// and not every client notices that its connection was closed for it.
    mutating func noteMeaningless(_ limits: GatewayLimits, at now: Instant) -> Verdict {
        if now - meaninglessSince > .seconds(60) {
            meaninglessSince = now
            meaningless = 0
        }
        meaningless += 1
        return meaningless > limits.maxMeaningless ? .close(.meaningless) : .drop
    }

    private mutating func dropBeforeLogin(_ limits: GatewayLimits) -> Verdict {
        packetsBeforeLogin += 1
        return packetsBeforeLogin > limits.maxPacketsBeforeLogin ? .close(.commandBeforeLogin) : .drop
    }

    private mutating func throttle(
        _ command: Command, _ limits: GatewayLimits, at now: Instant, _ take: (UserBudgets.Kind) -> Duration?
    ) -> Verdict {
        if command.needsSlot, underWay >= limits.maxUnderWay { return .afterAnswers }
        let wait: Duration? =
            switch command {
            case .msgData, .p2pCmdMsg: take(.message)
            case .allUserReq, .departmentReq: take(.directory)
            case .changeAvatarReq, .changeSignInfoReq, .changeUserInfoReq: take(.profileChange)
            case .groupCreateReq, .groupChangeMemberReq: take(.groupChange)
            case .avCallRelayReq: take(.relayPass)
            case .msgDataAck: receipts.take(limits.receipts, at: now)
            case .heartBeat: trifles.take(limits.requests, at: now)
            default: take(.request)
            }
        guard let wait else { return .handle(command) }
        // Who was sent a lot of what he asked for is only slower; what he asks then may take its time.
        let isPull = command.needsSlot
        return wait > limits.maxThrottle && !isPull ? .close(.tooFast) : .later(min(wait, limits.maxThrottle))
    }

    private mutating func paced(_ verdict: Verdict, _ limits: GatewayLimits, at now: Instant) -> Verdict {
        guard let wait = trifles.take(limits.requests, at: now) else { return verdict }
        return wait > limits.maxThrottle ? .close(.tooFast) : .later(wait)
    }
}

extension Command {
    /// Asks the database, or may have a long answer.
    var needsSlot: Bool {
        switch self {
        case .msgServReq, .msgData, .p2pCmdMsg, .msgDataAck, .heartBeat, .clientTimeReq, .loginReq, .logoutReq,
            .avCallRelayReq:
            false
        default: true
        }
    }

    /// iOS asks for the removal of a conversation under the number of the answer.
    fileprivate var isTakenFromClients: Bool { directions.contains(.toServer) || self == .removeSessionRsp }
}
