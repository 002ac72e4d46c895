import LoadBench
import Reactor
import Settings
import StandIn
import Testing
import WaitKit

/// Runs against a server that does nothing wrong, and runs that cannot be.
@Suite(.timeLimit(.minutes(5))) struct RunTests {
    private func expectGood(_ report: Report, _ location: SourceLocation = #_sourceLocation) {
        #expect(report.violations == [:], "\(report.examples)", sourceLocation: location)
        #expect(report.verdict == .ok, "\(report.summary)", sourceLocation: location)
        #expect(report.messages?.sent == report.messages?.acked, sourceLocation: location)
    }

    @Test func aPacedChatIsComplete() async throws {
        let scene = try Scene()
        let report = try await scene.run(scene.plan(.pairs(count: 5, isOneWay: false)))
        expectGood(report)
        let messages = try #require(report.messages)
        #expect(messages.sent == 150, "500/s for 300 ms")
        #expect(messages.delivered == 150)
        #expect(report.latencies.delivery?.count == 125, "those after the warm-up")
    }

    @Test func aClosedLoopIsComplete() async throws {
        let scene = try Scene()
        var plan = scene.plan(.pairs(count: 4, isOneWay: false))
        plan.pace = .window(16)
        plan.duration = .milliseconds(50)
        plan.loops = 2
        let report = try await scene.run(plan)
        expectGood(report)
        #expect(report.messages?.delivered == report.messages?.acked)
    }

    @Test func textsAreComplete() async throws {
        let scene = try Scene()
        var plan = scene.plan()
        plan.sendsText = true
        expectGood(try await scene.run(plan))
    }

    @Test func groupsAreComplete() async throws {
        let scene = try Scene()
        let report = try await scene.run(scene.plan(.groups(count: 2, members: 10, senders: 3)))
        expectGood(report)
        #expect(report.messages?.delivered == 150 * 9)
        #expect(report.latencies.lastDelivery?.count == 125)
    }

    @Test func aSecondRunOfTheSameUsersBeginsWhereTheFirstEnded() async throws {
        let scene = try Scene()
        expectGood(try await report(of: scene.plan()))
        let second = try await scene.run(scene.plan())
        expectGood(second)
        #expect(second.messages?.foreign == 0)
    }

    @Test func aLostAcknowledgementIsAnsweredWithTheSameID() async throws {
        for isLegacy in [false, true] {
            var behaviour = Behaviour()
            behaviour.unackedAt = 30
            let scene = try Scene(behaviour)
            var plan = scene.plan()
            plan.isLegacy = isLegacy
            let report = try await scene.run(plan)
            expectGood(report)
            #expect(report.messages?.resent ?? 0 >= 1)
        }
    }

    @Test func lostConnectionsLoseNothing() async throws {
        for isLegacy in [false, true] {
            var behaviour = Behaviour()
            behaviour.dropsAt = [20, 60, 100]
            let scene = try Scene(behaviour)
            var plan = scene.plan(.pairs(count: 3, isOneWay: false))
            plan.reconnects = true
            plan.isLegacy = isLegacy
            let report = try await scene.run(plan)
            expectGood(report)
            // Who is not back yet when the next drop comes is not dropped again.
            #expect(report.logins.disconnects >= 6)
            #expect(report.logins.reconnects == report.logins.disconnects)
        }
    }

    @Test func groupsSurviveLostConnections() async throws {
        var behaviour = Behaviour()
        behaviour.dropsAt = [40, 90]
        let scene = try Scene(behaviour)
        var plan = scene.plan(.groups(count: 1, members: 8, senders: 4))
        plan.reconnects = true
        expectGood(try await scene.run(plan))
    }

    @Test func clientsFindTheirServerOverHTTP() async throws {
        let scene = try Scene()
        var plan = scene.plan()
        // The first does not answer: the next attempt asks the other one.
        plan.target = .lookUp([
            HostPort(host: "127.0.0.1", port: 1), HostPort(host: "localhost", port: scene.server.httpAddress.port),
        ])
        expectGood(try await scene.run(plan))
    }

    @Test func connectionsAreHeld() async throws {
        let scene = try Scene()
        var plan = scene.plan(.connections(count: 100))
        plan.loginRate = 1_000
        plan.heartbeatInterval = .milliseconds(100)
        // More loops than some runs have clients for is no reason to fail.
        plan.loops = 3
        let report = try await scene.run(plan)
        #expect(report.verdict == .ok)
        #expect(report.logins.count == 100)
        #expect(report.latencies.login?.count == 100)
        #expect(report.latencies.heartbeat?.count ?? 0 >= 100)
        #expect(report.messages == nil)
    }

    @Test func whatWasNotReadIsNotVouchedFor() async throws {
        let scene = try Scene()
        var plan = scene.plan()
        plan.verifies = false
        let report = try await scene.run(plan)
        #expect(report.verdict == .ok)
        #expect(report.checks.filter { !$0.isChecked }.map(\.check) == ["LOST", "GAP", "UNDELIVERED", "WRONG UNREAD"])
    }

    @Test func stoppingEarlyStillGivesAReport() async throws {
        let scene = try Scene()
        var plan = scene.plan()
        plan.duration = .seconds(600)
        let load = try LoadRun(plan)
        try await eventually { load.tally.acked != 0 }
        load.stop()
        let report = try await report(of: load)
        scene.server.stop()
        expectGood(report)
    }

    @Test func aWrongPasswordIsAFailure() async throws {
        var behaviour = Behaviour()
        behaviour.password = "e10adc3949ba59abbe56e057f20f883e"
        let scene = try Scene(behaviour)
        var plan = scene.plan()
        plan.password = "123456"
        expectGood(try await report(of: plan))
        plan.password = "12345"
        await #expect(throws: RunFailure.self) { try await scene.run(plan) }
    }

    @Test func noServerIsUnreachable() async throws {
        var plan = Plan(.connections(count: 1), .direct([HostPort(host: "127.0.0.1", port: 1)]))
        plan.loginTime = .milliseconds(300)
        await #expect { try await report(of: plan) } throws: { error in
            if case .unreachable = error as? RunFailure { true } else { false }
        }
    }

    @Test func theReportIsJSONAndATable() async throws {
        let scene = try Scene()
        let report = try await scene.run(scene.plan())
        #expect(report.json.contains(#""verdict":"ok""#))
        #expect(report.table.contains("OK: 150 messages acknowledged"))
        #expect(report.table.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }
}
