import DBProxy
import Metrics
import Presence
import Primitives
import Reactor
import TalkProtocol

/// Service 9: calls. What is said goes to the call desk of the node; who says it is the session, whatever the packet
/// says.
extension Gateway {
    func call(_ request: Request, _ message: IMAVCallInitiateReq) {
        let type = request.session.clientType
        guard let callee = UInt32(exactly: message.toID).map(UserID.init(_:)),
            message.body.count <= CallDesk.maxBodyBytes
        else { return counters.badBodies.add() }
        let title = CallTitle(caller: request.user, callee: callee, number: message.callID)
        if shared.budgets.take(.call, of: request.user, limits, at: loop.now) != nil {
            let answer = CallPacket.answer(title, CallAnswer(.impossible, type))
            let scratch = scratch
            scratch.writer.clear(keeping: 1 << 16)
            answer.write(into: &scratch.writer)
            return request.session.send(scratch.writer.bytes)
        }
        tellDesk(request, .call(title, type, body: message.body))
    }

    func answerCall(_ request: Request, _ message: IMAVCallInitiateRes) {
        guard let caller = other(message.fromID, message.toID, than: request.user),
            message.body.count <= CallDesk.maxBodyBytes, message.reason.utf8.count <= CallAnswer.maxReasonBytes
        else { return counters.badBodies.add() }
        let answer = CallAnswer(
            code: message.code, clientType: request.session.clientType, reason: message.reason, body: message.body)
        tellDesk(request, .answer(answer, caller: caller, number: message.callID))
    }

    func hangUp(_ request: Request, _ message: IMAVCallHungUpReq) {
        tellDesk(request, .hangUp(number: message.callID))
        answer(
            request, .avCallHungUpRes,
            IMAVCallHungUpRes(fromID: message.fromID, toID: message.toID, callID: message.callID, code: 0))
    }

    /// A client that gives up its own call says so.
    func cancelCall(_ request: Request, _ message: IMAVCallCancelReq) {
        tellDesk(request, .hangUp(number: message.callID))
        answer(
            request, .avCallCancelRes,
            IMAVCallCancelRes(
                fromID: UInt32(truncatingIfNeeded: message.fromID), toID: UInt32(truncatingIfNeeded: message.toID),
                callID: message.callID))
    }

    /// Of whoever asks: nobody sees the calls of others.
    func callLog(_ request: Request, _ question: IMAVCallLogReq) {
        let before = question.before == 0 ? Int64.max : Int64(clamping: question.before)
        let limit = min(Int(question.limit), limits.maxHistory)
        database.calls(before: before, of: request.user, limit: limit) { [weak self] result in
            // Who is not told asks again: that there were none would be a lie.
            guard let self, case .success(let calls) = result else { return }
            answer(
                request, .avCallLogRes,
                IMAVCallLogRes(userID: request.user.rawValue, calls: calls.map(IMAVCallLogEntry.init)))
        }
    }

    /// Clients differ in whom they name first.
    private func other(_ one: UInt64, _ another: UInt64, than user: UserID) -> UserID? {
        UInt32(exactly: one == UInt64(user.rawValue) ? another : one).map(UserID.init(_:))
    }

    private func tellDesk(_ request: Request, _ what: CallMail.Request) {
        let session = request.session
        let party = CallParty(
            user: session.user, device: session.device, login: LoginEpoch(clamping: session.epoch))
        loop.post(.call, to: clusterLoop) { CallMail(party: party, request: what).write(into: &$0) }
    }
}

extension IMAVCallLogEntry {
    fileprivate init(_ entry: NumberedCall) {
        let call = entry.call
        self.init(
            number: UInt64(clamping: entry.number), fromID: call.caller.rawValue, toID: call.callee.rawValue,
            isVideo: call.isVideo ? 1 : 0, began: Self.seconds(call.began), answered: call.answered.map(Self.seconds),
            ended: call.ended.map { Self.seconds($0.at) }, outcome: call.ended.map { UInt32(clamping: $0.1.rawValue) })
    }

    private static func seconds(_ time: UnixTime) -> UInt64 { UInt64(clamping: time.milliseconds / 1_000) }
}
