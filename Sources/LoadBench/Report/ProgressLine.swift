import Primitives

/// How far a run is, on standard error: one line that is renewed each second on a terminal, and a line of its own
/// every five seconds elsewhere.
public struct ProgressLine {
    private let isTerminal: Bool
    private let began = Machine.now
    private var shown = Machine.now
    private var last = Tally()

    public init(isTerminal: Bool) {
        self.isTerminal = isTerminal
    }

    /// To be called several times a second.
    public mutating func update(_ stage: Stage, _ tally: Tally) {
        let now = Machine.now
        let elapsed = now - shown
        guard elapsed >= (isTerminal ? .seconds(1) : .seconds(5)) else { return }
        func rate(_ count: Int, _ before: Int) -> String {
            decimal(Double(count - before) / (elapsed / .seconds(1)), places: 0) + "/s"
        }
        let parts = [
            "\((now - began).components.seconds) s", stage.name, "online \(grouped(tally.online))",
            "acked \(rate(tally.acked, last.acked))", "delivered \(rate(tally.delivered, last.delivered))",
            "resent \(grouped(tally.resent))", "reconnected \(grouped(tally.reconnects))",
            "violations \(grouped(tally.violations))",
        ]
        let line = parts.joined(separator: "  ")
        Machine.writeError(isTerminal ? "\r\(line)\u{1B}[K" : line + "\n")
        shown = now
        last = tally
    }

    /// Takes the line away.
    public func end() {
        if isTerminal { Machine.writeError("\r\u{1B}[K") }
    }
}
