import Crypto
import HTTPCore
public import HTTPServer
import LongPoll
import Metrics
import Primitives
public import Reactor
import TalkProtocol
import WebSocket

/// Where clients come that have nothing but HTTP requests, on one loop: its sessions, and the requests that it hears
/// for them and for those of other loops (LongPoll.md).
public final class PollPort {
    /// Ends that nobody has asked for yet: sessions of strangers begin and end quickly.
    private static let maxLingering = 1_000

    private unowned let loop: EventLoop
    private let gateway: Gateway
    private let names: PollNames
    private(set) lazy var transport = PollTransport(self, on: loop)
    private var lines: [ConnectionHandle: PollLine] = [:]
    private var lineCount: UInt64 = 0
    /// Of requests whose connections are on this loop.
    private var answers: [UInt64: (HTTPResponse) -> Void] = [:]
    private var ticketCount: UInt64 = 0
    /// Whose sessions have ended, the first to end first; some of them are gone.
    private var lingering = Fifo<ConnectionHandle>()
    /// What this turn has sent to is answered in the next one.
    private var gathering: [PollLine] = []

    /// - Parameter names: of all loops.
    public init(_ gateway: Gateway, _ names: PollNames, on loop: EventLoop) {
        self.loop = loop
        self.gateway = gateway
        self.names = names
        for kind in PollMail.allCases { loop.handleMail(kind: kind.rawValue, self) }
    }

    public func add(to service: HTTPService) {
        service.add(.options, "/poll") { [self] request, _, answer in answer(preflight(request)) }
        let rule: HTTPService.BodyJudge = { [self] request, _, _ in bodyRule(of: request) }
        service.addHeld(.post, "/poll", bodyRule: rule) { [self] request, _, peer, send in
            answer(request, from: peer, send)
        }
    }

    // MARK: Requests

    /// Nothing is read of pages from elsewhere, nor for sessions that are not there.
    private func bodyRule(of request: HTTPRequest) -> HTTPService.BodyRule {
        guard isFromOwnPage(request) else { return .refuse(PollRefusal.foreignPage.response()) }
        guard let name = PollRequest.name(in: request) else { return .read(limit: 0) }
        guard let place = names[name] else { return .refuse(opened(PollAnswer.unknown.response(), to: request)) }
        return .read(limit: place.bodyLimit)
    }

    /// What a browser asks before a page from elsewhere may ask (Fetch Standard, 3.3): whether, and with which field.
    private func preflight(_ request: HTTPRequest) -> HTTPResponse {
        guard isFromOwnPage(request) else { return PollRefusal.foreignPage.response() }
        var response = opened(PollAnswer.nothing.response(), to: request)
        response.set("Access-Control-Allow-Methods", "POST")
        response.set("Access-Control-Allow-Headers", "Content-Type, Poll-Session")
        response.set("Access-Control-Max-Age", "600")
        return response
    }

    private func answer(_ request: HTTPRequest, from peer: SocketAddress, _ answer: @escaping (HTTPResponse) -> Void) {
        let answer = { [self] (response: HTTPResponse) in answer(opened(response, to: request)) }
        do throws(PollRefusal) {
            switch try PollRequest(request) {
            case .open: answer(try open(peer).response())
            case .turn(let name, let turn):
                guard let place = names[name] else { return answer(PollAnswer.unknown.response()) }
                ticketCount += 1
                answers[ticketCount] = answer
                let ticket = PollExchange.Ticket(loop: UInt16(loop.index), number: ticketCount)
                let mail = AskedMail(line: place.line, ticket: ticket, turn: turn, upload: request.body)
                if Int(place.loop) == loop.index { return asked(mail) }
                loop.post(.asked, to: Int(place.loop)) { mail.write(into: &$0) }
            }
        } catch {
            answer(error.response())
        }
    }

    private func isFromOwnPage(_ request: HTTPRequest) -> Bool {
        gateway.limits.origins.allowsPage(of: request.headers)
    }

    /// Lets the page read the answer that asked for it.
    private func opened(_ response: HTTPResponse, to request: HTTPRequest) -> HTTPResponse {
        guard let origin = request.headers["origin"] else { return response }
        var response = response
        // A value of a header of the request has no control characters.
        try? response.set("Access-Control-Allow-Origin", to: origin)
        response.set("Access-Control-Expose-Headers", "Poll-Position, Retry-After")
        response.set("Vary", "Origin")
        return response
    }

    private func open(_ peer: SocketAddress) throws(PollRefusal) -> PollName {
        // Without random bytes nobody can be given a name that others do not guess.
        guard let name = (try? randomBytes(PollName.byteCount)).flatMap(PollName.init(random:)) else { throw .busy }
        lineCount += 1
        let handle = ConnectionHandle(packed: lineCount)
        guard gateway.admits(peer), let session = gateway.connected(handle, over: transport, peer: peer) else {
            throw .busy
        }
        var limits = PollExchange.Limits()
        (limits.hold, limits.absence) = (gateway.limits.pollHold, gateway.limits.idlePoll)
        let line = PollLine(handle, name, session, PollExchange(limits, at: loop.now), at: loop.now)
        lines[handle] = line
        gateway.counters.began(.poll)
        noteBodyLimit(of: line)
        armTimer(of: line)
        return name
    }

    /// On the loop of the request.
    func answered(_ ticket: UInt64, _ answer: PollAnswer) {
        answers.removeValue(forKey: ticket)?(answer.response())
    }

    // MARK: Sessions, on their loop

    func asked(_ mail: AskedMail) {
        guard let line = lines[mail.line] else { return reply(mail.ticket, .unknown) }
        let keptBefore = line.exchange.keptByteCount
        var effects: [PollExchange.Effect] = []
        let rest = line.upload.dropFirst(line.taken)
        let fits = rest.count + mail.upload.count <= gateway.limits.maxPDU
        if line.exchange.asked(mail.turn, mail.ticket, fits: fits, at: loop.now, &effects) {
            (line.upload, line.taken) = (rest + mail.upload, 0)
            readPackets(of: line)
        } else if line.waitsForRoom {
            readPackets(of: line)
        }
        if line.exchange.keptByteCount < keptBefore, line.exchange.backlog == 0 { gateway.drained(line.session) }
        proceed(line, effects)
    }

    /// A packet had to wait, and needs not any more.
    func resume(_ handle: ConnectionHandle) {
        guard let line = lines[handle] else { return }
        readPackets(of: line)
        proceed(line, [])
    }

    private func readPackets(of line: PollLine) {
        let (session, upload) = (line.session, line.upload)
        line.waitsForRoom = false
        while line.taken < upload.count {
            // As much as the answers may have that are under way then: who is still to hear a lot asks no more.
            guard line.exchange.hasRoom(for: gateway.limits.maxUnderWay * gateway.limits.maxAnswerBytes) else {
                line.waitsForRoom = true
                var effects: [PollExchange.Effect] = []
                line.exchange.uploadWaits(at: loop.now, &effects)
                return perform(effects, for: line)
            }
            let rest = upload.rawBytes.extracting(droppingFirst: line.taken)
            let limit = session.isOnline ? gateway.limits.maxPDU : gateway.limits.maxPDUBeforeLogin
            guard case .pdu(let header, let body) = PDUFramer.next(in: rest, limit: limit) else {
                gateway.refusedFrame(session)
                return session.close(because: .badPacket)
            }
            switch gateway.received(header, rest.extracting(body), from: session) {
            case .taken: line.taken += body.upperBound
            case .later(let wait):
                guard let wait else { return }
                loop.schedule(after: wait) { [weak self, handle = line.handle] in self?.resume(handle) }
                return
            case .closed: return
            }
        }
        line.upload = []
        line.taken = 0
        var effects: [PollExchange.Effect] = []
        line.exchange.uploadTaken(at: loop.now, &effects)
        perform(effects, for: line)
    }

    private func reply(_ ticket: PollExchange.Ticket, _ answer: PollAnswer) {
        if Int(ticket.loop) == loop.index { return answered(ticket.number, answer) }
        let mail = AnsweredMail(ticket: ticket.number, answer: answer)
        loop.post(.answered, to: Int(ticket.loop)) { mail.write(into: &$0) }
    }

    private func perform(_ effects: [PollExchange.Effect], for line: PollLine) {
        for effect in effects {
            reply(effect.ticket, effect.answer)
            if effect.repeatedByteCount > 0 { gateway.repeated(effect.repeatedByteCount, to: line.session) }
        }
    }

    /// Answers, and looks whether the session goes on.
    private func proceed(_ line: PollLine, _ effects: [PollExchange.Effect]) {
        perform(effects, for: line)
        guard line.exchange.ending != nil else { return armTimer(of: line) }
        gateway.leave(line.session)
        if !line.lingers { linger(line) }
        if line.exchange.isOver { remove(line) } else { armTimer(of: line) }
    }

    private func linger(_ line: PollLine) {
        line.lingers = true
        line.waitsForRoom = false
        line.upload = []
        line.taken = 0
        lingering.append(line.handle)
        guard lingering.count > Self.maxLingering, let first = lingering.popFirst(), let oldest = lines[first] else {
            return
        }
        var effects: [PollExchange.Effect] = []
        oldest.exchange.forget(at: loop.now, &effects)
        perform(effects, for: oldest)
        remove(oldest)
    }

    private func remove(_ line: PollLine) {
        guard lines.removeValue(forKey: line.handle) != nil else { return }
        names[line.name] = nil
        if let timer = line.timer { loop.cancel(timer) }
        gateway.counters.ended(.poll)
        gateway.disconnected(line.session, line.exchange.ending == .slowReader ? .slowReader : .requested)
    }

    private func armTimer(of line: PollLine) {
        if let timer = line.timer { loop.cancel(timer) }
        let due = min(line.exchange.deadline, line.patienceEnds(gateway.limits))
        line.timer = due == .never ? nil : loop.schedule(after: max(.zero, due - loop.now)) { [weak self, weak line] in
            guard let self, let line else { return }
            line.timer = nil
            deadlinePassed(line)
        }
    }

    private func deadlinePassed(_ line: PollLine) {
        let session = line.session
        if loop.now >= line.patienceEnds(gateway.limits) {
            gateway.timedOut(session)
            session.close(because: session.silentUntil == nil ? .silent : .kicked)
            return proceed(line, [])
        }
        var effects: [PollExchange.Effect] = []
        let wasThere = line.exchange.ending == nil
        line.exchange.deadlinePassed(at: loop.now, &effects)
        if wasThere, line.exchange.ending != nil { gateway.timedOut(session) }
        proceed(line, effects)
    }

    // MARK: For the transport

    func send(_ packet: RawSpan, to handle: ConnectionHandle) {
        guard let line = lines[handle] else { return }
        line.exchange.send(packet, at: loop.now)
        gather(line)
    }

    func close(_ handle: ConnectionHandle, _ ending: PollEnding) {
        guard let line = lines[handle] else { return }
        line.exchange.finished(because: ending, at: loop.now)
        gather(line)
    }

    func backlog(_ handle: ConnectionHandle) -> Int { lines[handle]?.exchange.backlog ?? 0 }

    func deadlineChanged(_ handle: ConnectionHandle) {
        guard let line = lines[handle] else { return }
        noteBodyLimit(of: line)
        armTimer(of: line)
    }

    private func noteBodyLimit(of line: PollLine) {
        let limits = gateway.limits
        let byteCount = line.session.isOnline ? limits.maxPDU : limits.maxPDUBeforeLogin
        names[line.name] = PollNames.Place(
            loop: UInt16(loop.index), line: line.handle, bodyLimit: byteCount)
    }

    private func gather(_ line: PollLine) {
        guard !line.isGathering else { return }
        line.isGathering = true
        gathering.append(line)
        if gathering.count == 1 { loop.scheduleNextTurn { [weak self] in self?.flush() } }
    }

    private func flush() {
        let due = gathering
        gathering = []
        for line in due {
            line.isGathering = false
            var effects: [PollExchange.Effect] = []
            line.exchange.flush(at: loop.now, &effects)
            proceed(line, effects)
        }
    }
}
