import Accounts
import ClientGateway
import Log
public import Settings
import Synchronization

extension Node {
    /// Takes over what can be changed in a running node, and says in the log what could not. Any thread; the loops
    /// follow within 100 ms.
    /// - Throws: nothing was changed.
    public func reload(_ configuration: Configuration) throws {
        let old = state.live.configuration.withLock { $0 }
        let next = old.reloaded(from: configuration)
        var tuning = try NodeTuning(next, loops: plan.loops)
        // Fewer than the setting says where the system allows no more.
        tuning.limits.maxConnections = plan.limits.maxConnections
        try state.doors.reload(next)
        state.observeCertificates()
        for (before, read) in zip(old.entries, configuration.entries) where before.text != read.text {
            if read.reloads {
                log.info("setting_changed", "a setting was changed", ["setting": .string(read.name)])
            } else {
                log.warn(
                    "setting_needs_restart", "a setting was changed that counts only after a restart",
                    ["setting": .string(read.name)])
            }
        }
        state.live.tuning.withLock { [tuning] in $0 = tuning }
        state.live.configuration.withLock { $0 = next }
        state.live.tunings.add(1, ordering: .releasing)
        log.level = next[NodeSettings.logLevel]
        log.info("reloaded", "the configuration was read again")
    }
}
