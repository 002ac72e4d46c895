import Settings
import Synchronization

/// The settings in force. Loops look from time to time whether there are others.
struct LiveSettings: ~Copyable, Sendable {
    let configuration: Mutex<Configuration>
    let tuning: Mutex<NodeTuning>
    /// Counts the changes of `tuning`.
    let tunings = Atomic<Int>(0)

    init(_ plan: NodePlan) {
        configuration = Mutex(plan.administration.configuration)
        tuning = Mutex(plan.tuning)
    }
}
