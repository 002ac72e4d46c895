import LoadBench
import Reactor
import Settings
import StandIn

/// A stand-in server, and short runs against it.
struct Scene {
    let server: StandInServer

    init(_ behaviour: Behaviour = Behaviour()) throws {
        server = try StandInServer(behaviour)
    }

    /// A run that takes about a second: 150 messages in one pair, one way.
    func plan(_ load: Plan.Load = .pairs(count: 1, isOneWay: true)) -> Plan {
        var plan = Plan(load, .direct([HostPort(host: "127.0.0.1", port: server.address.port)]))
        plan.pace = .rate(500)
        plan.warmUp = .milliseconds(50)
        plan.duration = .milliseconds(250)
        plan.drainTime = .milliseconds(500)
        plan.resendAfter = .milliseconds(200)
        plan.readAckInterval = 10
        return plan
    }

    func run(_ plan: Plan) async throws -> Report {
        defer { server.stop() }
        return try await report(of: plan)
    }
}

/// Runs a plan on threads of its own, so that waiting for it blocks no other test.
func report(of plan: Plan) async throws -> Report {
    try await report(of: try LoadRun(plan))
}

func report(of load: LoadRun) async throws -> Report {
    try await withCheckedThrowingContinuation { done in
        do {
            _ = try Thread(name: "report") { done.resume(with: Result { try load.report() }) }
        } catch {
            done.resume(throwing: error)
        }
    }
}

extension Report {
    /// The checks that found something.
    var violations: [Check: Int] {
        Dictionary(uniqueKeysWithValues: Check.allCases.filter { self[$0] > 0 }.map { ($0, self[$0]) })
    }
}
