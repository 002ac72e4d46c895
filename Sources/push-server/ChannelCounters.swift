import DBProxy
import Metrics
import Outbox

/// What became of the messages of a channel, for the metrics page.
struct ChannelCounters: Sendable {
    private let sent: Counter
    private let refused: Counter
    private let gone: Counter
    private let later: Counter

    init(_ channel: OutboxChannel, _ registry: MetricsRegistry) {
        func counter(_ result: String) -> Counter {
            registry.counter(
                "grapevine_push_answers_total", help: "Answers of push services.",
                labels: ["channel": "\(channel)", "result": result])
        }
        sent = counter("sent")
        refused = counter("refused")
        gone = counter("gone")
        later = counter("later")
    }

    func count(_ outcome: Verdict.Outcome) {
        switch outcome {
        case .sent: sent.add()
        case .refused: refused.add()
        case .gone: gone.add()
        case .later: later.add()
        }
    }
}
