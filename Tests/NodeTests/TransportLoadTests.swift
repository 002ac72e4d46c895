import LoadBench
import Node
import Reactor
import Settings
import TLS
import TLSKit
import TalkProtocol
import Testing
import WireKit

/// The load generator over each transport, against a real node: nothing is lost, doubled or out of order.
@Suite(.timeLimit(.minutes(5))) struct TransportLoadTests {
    @Test(arguments: ["native", "ws", "tls", "wss", "poll"])
    func everyTransportCarriesEverything(name: String) async throws {
        let certificates = try TestCertificates.shared.get()
        let node = try TestNode(
            nil,
            [
                "client.tls_certificate": certificates.server.certificate, "client.tls_key": certificates.server.key,
                "limits.messages_per_second": "10000", "limits.message_burst": "1000",
            ])
        try node.addUsers("u1", "u2", "u3", "u4")
        var plan = Plan(
            .pairs(count: 2, isOneWay: false),
            .direct([
                HostPort(
                    host: "127.0.0.1",
                    port: name == "poll" ? node.node.httpAddress.port : node.node.clientAddress.port)
            ]))
        plan.transport = try #require(Plan.Transport(rawValue: name))
        plan.authorities = certificates.authority
        plan.password = "grapevine"
        plan.pace = .rate(400)
        plan.warmUp = .milliseconds(50)
        plan.duration = .milliseconds(500)
        plan.drainTime = .seconds(1)
        plan.clientType = .windows
        let run = try LoadRun(plan)
        let report = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Report, any Error>) in
            do {
                _ = try Thread(name: "report") { done.resume(with: Result { try run.report() }) }
            } catch {
                done.resume(throwing: error)
            }
        }
        #expect(report.verdict == .ok, "\(report.json)")
        let messages = try #require(report.messages)
        #expect(messages.acked > 100 && messages.delivered >= messages.acked)
    }
}
