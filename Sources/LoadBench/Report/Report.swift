import Primitives

/// What came out of a run. Its JSON form has these names.
public struct Report: Sendable {
    public enum Verdict: String, Sendable {
        case ok
        case violation
        /// No violation, but too little could be looked at to say more.
        case incomplete
    }

    /// Milliseconds.
    public struct Latency: Sendable {
        public let count: UInt64
        public let p50, p90, p99, p999, max: Double

        init?(_ histogram: LatencyHistogram) {
            guard histogram.count > 0 else { return nil }
            func milliseconds(_ duration: Duration) -> Double { Double(duration.nanoseconds) / 1e6 }
            count = histogram.count
            p50 = milliseconds(histogram.quantile(0.5))
            p90 = milliseconds(histogram.quantile(0.9))
            p99 = milliseconds(histogram.quantile(0.99))
            p999 = milliseconds(histogram.quantile(0.999))
            max = milliseconds(histogram.max)
        }
    }

    public struct Latencies: Sendable {
        public let login, heartbeat, ack, delivery, lastDelivery: Latency?
        /// From a disconnect to the login that ended it.
        public let away: Latency?
    }

    public struct Logins: Sendable {
        public let count, failed: Int
        public let perSecond: Double
        public let disconnects, reconnects, kicks: Int
        /// In the busiest second.
        public let peakReconnectsPerSecond: Int
    }

    public struct Messages: Sendable {
        public let ackedPerSecond, deliveredPerSecond: Double
        public let bytesSentPerSecond, bytesReceivedPerSecond: Double
        public let sent, acked, delivered, resent, lateAcks: Int
        /// Sent and never acknowledged.
        public let unacked: Int
        /// Due by the schedule, and never sent.
        public let unsent: Int
        /// Messages of other runs among those of this one.
        public let foreign: Int
    }

    public struct Memory: Sendable {
        public let before, after: Int
        public let perConnection: Double
    }

    public struct Machine: Sendable {
        public let cores: Int
        public let loadBefore, loadAfter: [Double]
        /// CPU time of this program while it was sending, in cores.
        public let generatorCPUShare: Double
    }

    public struct CheckResult: Sendable {
        public let check: String
        public let violations: Int
        /// `false` if histories were not read, so that nothing is known.
        public let isChecked: Bool
        public let meaning: String
    }

    public let run: String
    public let server: String
    public let measuredSeconds: Double
    public let logins: Logins
    public let messages: Messages?
    public let latencies: Latencies
    public let serverMemory: Memory?
    public let machine: Machine
    public let checks: [CheckResult]
    /// What exactly was wrong, the first cases of each kind.
    public let examples: [String]
    /// Devices whose history could not be read at the end.
    public let unverified: Int
    public let verdict: Verdict
    /// The verdict for people.
    public let summary: String

    public subscript(check: Check) -> Int {
        checks.first { $0.check == check.name }?.violations ?? 0
    }
}

// MARK: - Adding up

extension Report {
    init(_ plan: Plan, _ results: [DriverResult], _ machine: Machine, _ memory: (before: Int, after: Int)?) {
        var measures = Measures()
        var findings = Findings()
        for result in results {
            measures.merge(result.measures)
            findings.merge(result.findings)
        }
        let measured = results.map { $0.measured.upperBound - $0.measured.lowerBound }.max() ?? .zero
        let seconds = max(measured / .seconds(1), 1e-9)
        let isChat = plan.conversationSize > 0
        run = plan.summary
        server = plan.target.summary
        measuredSeconds = seconds
        logins = Logins(measures)
        messages = isChat ? Messages(measures, results, seconds: seconds) : nil
        latencies = Latencies(
            login: Latency(measures.login), heartbeat: Latency(measures.heartbeat), ack: Latency(measures.ack),
            delivery: Latency(measures.delivery),
            lastDelivery: plan.conversationSize > 2 ? Latency(measures.lastDelivery) : nil,
            away: Latency(measures.away))
        serverMemory = memory.map { memory in
            Memory(
                before: memory.before, after: memory.after,
                perConnection: Double(memory.after - memory.before) / Double(max(1, measures.logins)))
        }
        self.machine = machine
        checks = isChat ? Check.allCases.map { CheckResult($0, findings, plan) } : []
        examples = findings.examples.map { "\($0.check.name): \($0.text)" }
        unverified = results.reduce(0) { $0 + $1.unverified }
        (verdict, summary) = Self.judge(plan, measures, findings, unverified: unverified)
    }

    private static func judge(
        _ plan: Plan, _ measures: Measures, _ findings: Findings, unverified: Int
    ) -> (Verdict, String) {
        if findings.total > 0 {
            let checks = Check.allCases.filter { findings[$0] > 0 }.map { "\($0.name) \(grouped(findings[$0]))" }
            return (.violation, "VIOLATION: \(checks.joined(separator: ", "))")
        }
        guard plan.conversationSize > 0 else {
            return (.ok, "OK: \(grouped(measures.logins)) logins, \(grouped(measures.disconnects)) disconnects")
        }
        if measures.acked == 0 { return (.incomplete, "INCOMPLETE: no message was acknowledged") }
        if unverified > 0 {
            return (.incomplete, "INCOMPLETE: \(grouped(unverified)) histories could not be read")
        }
        let checked = plan.verifies ? "none lost, doubled or out of order" : "histories were not compared"
        return (.ok, "OK: \(grouped(measures.acked)) messages acknowledged, \(checked)")
    }
}

extension Report.Logins {
    fileprivate init(_ measures: Measures) {
        count = measures.logins - measures.reconnects
        failed = measures.failedLogins
        perSecond = measures.login.count == 0
            ? 0 : Double(measures.login.count) / max(1e-9, (measures.lastFirstLogin - measures.firstJoin) / .seconds(1))
        disconnects = measures.disconnects
        reconnects = measures.reconnects
        kicks = measures.kicks
        peakReconnectsPerSecond = measures.reconnectsBySecond.values.max() ?? 0
    }
}

extension Report.Messages {
    fileprivate init(_ measures: Measures, _ results: [DriverResult], seconds: Double) {
        ackedPerSecond = Double(measures.measuredAcked) / seconds
        deliveredPerSecond = Double(measures.measuredDelivered) / seconds
        bytesSentPerSecond = Double(measures.bytesSent) / seconds
        bytesReceivedPerSecond = Double(measures.bytesReceived) / seconds
        sent = measures.sent
        acked = measures.acked
        delivered = measures.delivered
        resent = measures.resent
        lateAcks = measures.lateAcks
        unacked = results.reduce(0) { $0 + $1.unacked }
        unsent = results.reduce(0) { $0 + $1.unsent }
        foreign = results.reduce(0) { $0 + $1.foreign }
    }
}

extension Report.CheckResult {
    fileprivate init(_ check: Check, _ findings: Findings, _ plan: Plan) {
        self.check = check.name
        violations = findings[check]
        isChecked = plan.verifies || !check.needsHistory
        meaning = check.meaning
    }
}
