import Conversations
public import Metrics

/// What the clients of one loop do, for the metrics page.
public struct GatewayCounters: Sendable {
    let connections: Gauge
    let sessions: Gauge
    let packets: Counter
    let dropped: Counter
    let throttled: Counter
    let badFrames: Counter
    let badBodies: Counter
    let timeouts: Counter
    let refusedNewcomers: Counter
    let logins: [LoginResult: Counter]
    let sends: Counter
    let acknowledged: Counter
    let pushed: Counter
    let kicked: Counter
    let drained: Counter
    let unanswered: Counter
    let headSweeps: Counter
    let headSweepsFailed: Counter
    let headSweepFinds: Counter
    let leftToSweep: Counter
    let swept: Counter
    private let closings: [SessionGate.Reason: Counter]
    private let refusedSends: [String: Counter]
    let sealed: Gauge
    let sealedFailed: Counter
    private let transports: [TransportKind: Gauge]

    enum LoginResult: String, CaseIterable {
        case success, wrong, locked, busy, full
        case noDatabase = "no_database"
        case tooOld = "too_old"
        case tooSoon = "too_soon"
        case tooOften = "too_often"
        case addressLocked = "address_locked"
        case malformed

        /// How the connection ends with it: whether it is worth trying again.
        var ending: Ending {
            switch self {
            case .busy, .full, .tooOften, .noDatabase: .busy
            case .success, .wrong, .locked, .tooOld, .tooSoon, .addressLocked, .malformed: .loginRefused
            }
        }
    }

    public init(_ registry: MetricsRegistry) {
        func counter(_ name: String, _ help: String) -> Counter { registry.counter("grapevine_\(name)", help: help) }
        connections = registry.gauge("grapevine_connections", help: "Client connections.")
        sessions = registry.gauge("grapevine_sessions", help: "Clients that are logged in.")
        packets = counter("packets_received_total", "Packets from clients.")
        dropped = counter("packets_dropped_total", "Packets that were ignored: too early, too late or unknown.")
        throttled = counter("packets_throttled_total", "Times a client had to wait for its rate.")
        badFrames = counter("bad_frames_total", "Connections closed for an impossible packet length.")
        badBodies = counter("bad_bodies_total", "Packets whose body could not be read.")
        timeouts = counter("timeouts_total", "Connections closed for their silence.")
        refusedNewcomers = counter("newcomers_refused_total", "Connections closed because too many had not logged in.")
        sends = counter("messages_received_total", "Messages that clients sent and the rules let pass.")
        acknowledged = counter("messages_acknowledged_total", "Acknowledgements after the commit.")
        pushed = counter("messages_pushed_total", "Packets pushed to sessions.")
        kicked = counter("kicked_total", "Sessions ended by a newer one or by their user.")
        drained = counter("drained_total", "Clients that were let go because the node was drained.")
        unanswered = counter("requests_unanswered_total", "Requests without an answer, as the database had none.")
        headSweeps = counter(
            "cluster_head_sweeps_total", "Times the database was searched for messages that were not pushed.")
        headSweepsFailed = counter("cluster_head_sweeps_failed_total", "Such searches without an answer; they go on.")
        headSweepFinds = counter(
            "cluster_head_sweep_conversations_total", "Conversations that such searches found to have grown lately.")
        leftToSweep = counter(
            "notifications_left_total", "Messages for which a sweep is to find out which devices are told of them.")
        swept = counter("notifications_swept_total", "Messages for which a sweep found that out.")
        logins = Dictionary(
            uniqueKeysWithValues: LoginResult.allCases.map { result in
                (result, registry.counter(
                    "grapevine_logins_total", help: "Logins by result.", labels: ["result": result.rawValue]))
            })
        refusedSends = Dictionary(
            uniqueKeysWithValues: (Gateway.SendRefusal.allCases.map(\.rawValue)
                + LostSend.Reason.allCases.map(\.rawValue)).map { reason in
                    (reason, registry.counter(
                        "grapevine_messages_refused_total", help: "Messages that were refused without an answer.",
                        labels: ["reason": reason]))
                })
        sealed = registry.gauge("grapevine_client_tls", help: "Client connections with TLS.")
        sealedFailed = counter(
            "client_tls_failed_total", "Client connections closed as they had no TLS that is acceptable.")
        transports = Dictionary(
            uniqueKeysWithValues: TransportKind.allCases.map { kind in
                (kind, registry.gauge(
                    "grapevine_client_transports", help: "Client connections by what they speak.",
                    labels: ["transport": kind.rawValue]))
            })
        closings = Dictionary(
            uniqueKeysWithValues: [
                SessionGate.Reason.commandBeforeLogin, .meaningless, .tooFast,
            ].map { reason in
                (reason, registry.counter(
                    "grapevine_clients_closed_total", help: "Clients closed for breaking a rule.",
                    labels: ["reason": reason.rawValue]))
            })
    }

    /// A connection has said what it speaks.
    func began(_ kind: TransportKind) {
        transports[kind]?.add(1)
    }

    func ended(_ kind: TransportKind) {
        transports[kind]?.subtract(1)
    }

    func closed(_ reason: SessionGate.Reason) {
        closings[reason]?.add()
    }

    /// - Parameter reason: of `SendRefusal` or `LostSend.Reason`.
    func refused(_ reason: String) {
        refusedSends[reason]?.add()
    }

    func login(_ result: LoginResult) {
        logins[result]?.add()
    }
}
