import Primitives
import Reactor
import ServerLookup
import Settings

/// The stages of a run, as one loop goes through them.
extension Driver {
    private static let tickInterval: Duration = .milliseconds(10)
    private static let sweepInterval: Duration = .milliseconds(250)
    /// A question is asked again when it was not answered for so long.
    private static let answerLimit: Duration = .seconds(5)
    private static let prepareLimit: Duration = .seconds(30)
    /// While clients still come back, the drain waits for them, but not for ever.
    private static let longestDrain: Duration = .seconds(60)
    private static let longestSilenceWhileVerifying: Duration = .seconds(30)

    /// Looks up the servers, and begins.
    func start() {
        let endpoints = switch plan.target {
        case .lookUp(let hosts), .direct(let hosts): hosts
        }
        var waiting = endpoints.count
        for endpoint in endpoints {
            resolver.resolve(endpoint.host, port: endpoint.port, on: loop) { [unowned self] addresses in
                if let address = addresses.first { finder.servers.append(address) }
                waiting -= 1
                if waiting > 0 { return }
                if finder.servers.isEmpty { coordinator.failed(.unreachable("\(endpoint.host) has no address")) }
                beginJoining()
            }
        }
    }

    private func beginJoining() {
        joinsBegan = loop.now
        measures.firstJoin = loop.now
        let expected = plan.loginRate.map { Duration.seconds(Double(plan.userCount) / $0) } ?? .zero
        stageLimit = loop.now + plan.loginTime + expected
        tick()
    }

    private func tick() {
        enter(coordinator.stage)
        isStopped = coordinator.isStopped
        if isStopped, case .sending = stage, !isTimeOver {
            measured = min(measured.lowerBound, loop.now)..<loop.now
        }
        if stage == .finished { return }
        // Logins that failed have made room.
        if stage == .joining { pace() }
        if loop.now >= nextSweep {
            nextSweep = loop.now + Self.sweepInterval
            sweep()
            publishTally()
        }
        if isStageDone { coordinator.arrived(loop.index, at: stage, loop.now) }
        loop.schedule(after: Self.tickInterval) { [unowned self] in tick() }
    }

    private var isStageDone: Bool {
        switch stage {
        case .joining: isJoiningDone
        case .preparing: isPreparingDone
        case .sending: isTimeOver && nextDue == nil
        case .draining: isDrainingDone
        case .verifying: isVerifyingDone
        case .finished: false
        }
    }

    var isTimeOver: Bool { loop.now >= measured.upperBound }

    // MARK: - Entering

    private func enter(_ next: Stage) {
        if next == stage { return }
        stage = next
        switch next {
        case .joining:
            break
        case .preparing:
            stageLimit = loop.now + Self.prepareLimit
            for client in clients {
                prepare(client)
                flush(client)
            }
        case .sending(let start):
            beginSending(at: start)
        case .draining:
            endMeasuring()
            pacer?.disarm()
            stageLimit = loop.now + Self.longestDrain
            lastProgress = loop.now
        case .verifying:
            lastProgress = loop.now
            for conversation in conversations { conversation.ledger.sendingEnded() }
            for client in clients {
                client.wasOnline = client.link == .online
                if client.link == .out { client.link = .offline }
                join(client)
                verify(client)
                flush(client)
            }
        case .finished:
            finish()
        }
    }

    private func beginSending(at start: Instant) {
        measured = start + plan.warmUp..<start + plan.warmUp + plan.duration
        if case .rate(let rate) = plan.pace, plan.senderCount > 0 {
            schedule = SendSchedule(start: start, rate: rate, senderCount: plan.senderCount)
        }
        loop.schedule(after: measured.lowerBound - loop.now) { [unowned self] in
            trafficBefore = (loop.counters.bytesSent.current, loop.counters.bytesReceived.current)
        }
        for client in clients {
            // What was unread before the run is not to be counted at its end.
            if let conversation = client.conversation { markRead(client, through: conversation.ledger.base) }
            flush(client)
        }
        pacer?.arm(at: start)
    }

    private func endMeasuring() {
        guard let trafficBefore else { return }
        measures.bytesSent = loop.counters.bytesSent.current - trafficBefore.sent
        measures.bytesReceived = loop.counters.bytesReceived.current - trafficBefore.received
    }

    private func finish() {
        if case .connections = plan.load { endMeasuring() }
        publishTally()
        pacer?.close()
        for (index, conversation) in conversations.enumerated() {
            let members = clients[index * plan.conversationSize..<(index + 1) * plan.conversationSize]
            conversation.ledger.concluded(online: members.map(\.wasOnline), &findings)
        }
        let unverified = plan.verifies
            ? conversations.reduce(0) { $0 + $1.ledger.devices.count { !$0.isVerified } } : 0
        coordinator.deliver(
            DriverResult(
                measures: measures, findings: findings, measured: measured,
                unacked: clients.reduce(0) { $0 + $1.window.unacked },
                unsent: clients.reduce(0) { $0 + $1.owed }, unverified: unverified,
                foreign: conversations.reduce(0) { $0 + $1.ledger.foreignCount }))
    }

    // MARK: - Leaving

    private var isJoiningDone: Bool {
        let decided = clients.count { $0.link == .online || $0.link == .out }
        if case .connections = plan.load {
            let isOver = decided == clients.count || loop.now >= stageLimit || isStopped
            if isOver, online == 0, !clients.isEmpty {
                coordinator.failed(problem ?? .unreachable("nobody could log in"))
            }
            return isOver
        }
        if online == clients.count { return true }
        let isRefused = clients.contains { $0.link == .out }
        if isRefused || loop.now >= stageLimit || isStopped {
            coordinator.failed(problem ?? .failed("stopped before all users had logged in"))
        }
        return false
    }

    private var isPreparingDone: Bool {
        if conversations.allSatisfy(\.isPrepared) { return true }
        if loop.now >= stageLimit { coordinator.failed(.failed("not all conversations could be opened in time")) }
        return false
    }

    /// Everything has arrived; or it has had its time since the last client came back.
    private var isDrainingDone: Bool {
        let isAcked = clients.allSatisfy { $0.window.unacked == 0 }
        if loop.now >= stageLimit || isAcked && conversations.allSatisfy(\.ledger.isComplete) { return true }
        let isWaiting = plan.reconnects && clients.contains { $0.link != .online && $0.link != .out }
        // What is sent again must be delivered as well.
        let patience = isAcked ? plan.drainTime : plan.drainTime + plan.resendAfter
        return !isWaiting && loop.now >= max(lastProgress, measures.lastLogin) + patience
    }

    private var isVerifyingDone: Bool {
        conversations.allSatisfy { $0.ledger.devices.allSatisfy(\.isVerified) }
            || loop.now >= lastProgress + Self.longestSilenceWhileVerifying
    }

    // MARK: - Meanwhile

    /// What is overdue: acknowledgements, and answers to questions.
    private func sweep() {
        for client in clients where client.link == .online {
            switch stage {
            case .sending, .draining:
                resend(client, lastSentBefore: loop.now - plan.resendAfter)
            case .joining, .preparing, .verifying, .finished:
                break
            }
            if let question = client.question {
                if loop.now - question.asked >= Self.answerLimit { ask(client) }
            } else if case .counting = client.task {
                ask(client)
            }
            flush(client)
        }
    }

    private func publishTally() {
        coordinator.publish(
            Tally(
                online: online, acked: measures.acked, delivered: measures.delivered, resent: measures.resent,
                reconnects: measures.reconnects, violations: findings.total),
            from: loop.index)
    }
}
