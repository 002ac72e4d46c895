import Primitives
import Protobuf
import Reactor
import ServerLookup
import TalkProtocol

/// Getting in and staying in.
extension Driver {
    private static let loginLimit: Duration = .seconds(10)
    private static let shortestBackOff: Duration = .milliseconds(100)
    private static let longestBackOff: Duration = .seconds(5)
    /// Until one leads to another server than that of the other user of a pair.
    private static let maxLookups = 50

    /// Begins an attempt to log in.
    func join(_ client: Client) {
        guard client.link == .offline else { return }
        client.link = .finding
        joining += 1
        findServer(for: client, asking: Self.maxLookups)
    }

    private func findServer(for client: Client, asking times: Int) {
        finder.find { [unowned self] answer in
            switch answer {
            case .server(let address):
                if plan.isCross, let conversation = client.conversation, conversation.servers.contains(address),
                    conversation.servers[client.slot] != address
                {
                    client.absence?.refusedOffer(at: loop.now)
                    guard times > 1 else {
                        return joinLater(client, .failed("all lookups lead to the server of the other user"))
                    }
                    return findServer(for: client, asking: times - 1)
                }
                client.absence?.stoppedChoosing(at: loop.now)
                client.conversation?.servers[client.slot] = address
                connect(client, to: address)
            case .unreachable: nobodyOffered(client, .unreachable("no answer to GET /msg_server"))
            case .none(let reason): nobodyOffered(client, .failed(reason))
            }
        }
    }

    private func nobodyOffered(_ client: Client, _ reason: RunFailure) {
        client.absence?.stoppedChoosing(at: loop.now)
        attemptFailed(client, reason)
    }

    private func connect(_ client: Client, to address: SocketAddress) {
        guard let service else { return }
        do {
            let source = sources.isEmpty ? nil : sources[client.index % sources.count]
            let connection = try loop.connect(to: address, from: source, service)
            loop.setTag(UInt64(client.index), of: connection)
            loop.setDeadline(loop.now + Self.loginLimit, for: connection)
            client.connection = connection
            client.link = .connecting
        } catch {
            attemptFailed(client, .unreachable("\(address): \(error)"))
        }
    }

    func connected(_ client: Client) {
        client.link = .loggingIn
        client.conversation?.ledger.connected(client.slot)
        output.writer.append(
            .loginReq, sequence: client.nextQuestion(at: loop.now),
            IMLoginReq(
                userName: client.name, password: password, onlineStatus: .online, clientType: plan.clientType,
                clientVersion: "load-bench"))
    }

    func received(loginAnswer body: RawSpan, _ client: Client) {
        guard client.link == .loggingIn, let connection = client.connection else { return }
        guard let answer = try? IMLoginRes(reading: body) else {
            problem = .failed("\(client.name): an answer to the login that is none")
            return loop.close(connection, .now)
        }
        guard answer.resultCode == .success, let user = answer.userInfo?.userID else {
            let text = answer.resultString.map { " \"\($0)\"" } ?? ""
            problem = .failed("\(client.name): login refused with code \(answer.resultCode.rawValue)\(text)")
            // Whatever is wrong with name or password will be wrong the next time, too.
            if answer.resultCode == .dbValidateFailed { leave(client) }
            return loop.close(connection, .now)
        }
        client.user = UserID(user)
        client.question = nil
        loggedIn(client)
    }

    private func loggedIn(_ client: Client) {
        client.link = .online
        client.attempts = 0
        joining -= 1
        online += 1
        measures.logins += 1
        measures.lastLogin = loop.now
        if let absence = client.absence {
            measures.reconnected(after: absence.duration(at: loop.now), at: loop.now)
            client.absence = nil
        } else {
            measures.login.record(loop.now - client.joinDue)
            measures.lastFirstLogin = loop.now
        }
        // Spread over the interval: clients that logged in together would beat together for ever.
        scheduleHeartbeat(client, after: plan.heartbeatInterval * Double.random(in: 0..<1, using: &loop.random))
        client.conversation?.users[client.slot] = client.user
        arrived(client, again: client.hasBeenOnline)
        client.hasBeenOnline = true
        // There is room for another login.
        if stage == .joining { pace() }
    }

    /// The connection ended, or never was.
    func lost(_ client: Client, _ reason: CloseReason) {
        client.connection = nil
        client.question = nil
        client.heartbeatSent = nil
        switch client.link {
        case .online:
            client.link = .offline
            client.absence = Absence(at: loop.now)
            online -= 1
            measures.disconnects += 1
            client.window.connectionLost()
            if comesBack { joinAfterBackOff(client) }
        case .connecting:
            attemptFailed(client, .unreachable("\(client.name): \(Self.text(reason))"))
        case .loggingIn:
            attemptFailed(client, problem ?? .failed("\(client.name): no answer to the login: \(Self.text(reason))"))
        case .offline, .finding, .out:
            break
        }
    }

    /// Outside of the run proper nothing can be done without everyone.
    private var comesBack: Bool {
        switch stage {
        case .joining, .preparing, .verifying: true
        case .sending, .draining: plan.reconnects
        case .finished: false
        }
    }

    private func attemptFailed(_ client: Client, _ reason: RunFailure) {
        measures.failedLogins += 1
        joinLater(client, reason)
    }

    /// The attempt has ended, for this reason.
    private func joinLater(_ client: Client, _ reason: RunFailure) {
        problem = reason
        joining -= 1
        client.link = .offline
        joinAfterBackOff(client)
    }

    /// Exponential, with "full jitter" (Marc Brooker, 2015): clients that were thrown out together come back apart.
    private func joinAfterBackOff(_ client: Client) {
        let ceiling = min(Self.longestBackOff, Self.shortestBackOff * (1 << min(client.attempts, 10)))
        client.attempts += 1
        let delay = ceiling * Double.random(in: 0.1..<1, using: &loop.random)
        loop.schedule(after: delay) { [unowned self] in
            if stage != .finished { join(client) }
        }
    }

    /// The client is not to come back.
    private func leave(_ client: Client) {
        if client.link == .online { online -= 1 } else { joining -= 1 }
        client.link = .out
        client.window.connectionLost()
    }

    func receivedKick(_ client: Client) {
        guard client.link == .online, let connection = client.connection else { return }
        measures.kicks += 1
        leave(client)
        loop.close(connection, .now)
    }

    // MARK: - Heartbeats

    /// The one deadline of a connection: of the login, then of the next heartbeat.
    func alarmRang(_ client: Client) {
        guard let connection = client.connection else { return }
        // Two heartbeats without a sign of life are what most clients wait for: 60 s at the usual interval.
        let isSilent = client.heartbeatSent != nil && loop.now - client.lastHeard > plan.heartbeatInterval * 2
        guard client.link == .online, !isSilent else { return loop.close(connection, .now) }
        if client.heartbeatSent == nil {
            client.heartbeatSent = loop.now
            PDUHeader(.heartBeat, sequence: 0x7FFF, bodyByteCount: 0).write(into: &output.writer)
        }
        scheduleHeartbeat(client, after: plan.heartbeatInterval)
    }

    func receivedHeartbeat(_ client: Client) {
        guard let sent = client.heartbeatSent else { return }
        measures.heartbeat.record(loop.now - sent)
        client.heartbeatSent = nil
    }

    private func scheduleHeartbeat(_ client: Client, after delay: Duration) {
        if let connection = client.connection { loop.setDeadline(loop.now + delay, for: connection) }
    }

    private static func text(_ reason: CloseReason) -> String {
        switch reason {
        case .failed(let error): "\(error)"
        case .tls(let error): "\(error)"
        case .peerClosed: "the server closed the connection"
        case .requested: "given up"
        case .slowReader, .inputTooLong, .overtaken, .loopStopped: "\(reason)"
        }
    }
}
