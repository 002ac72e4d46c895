import Accounts
import ClientGateway
import Log
import NodeAdmin
public import Settings
import Synchronization

extension NodeSettings {
    /// What a node takes over while it runs; the rest needs a restart.
    static let reloadable: Set<String> = [
        messageRate.name, messageBurst.name, requestRate.name, requestBurst.name, textBytes.name, audioBytes.name,
        firstByteDeadline.name, loginDeadline.name, packetDeadline.name, idlePC.name, idleMobile.name,
        loginRetryDelay.name, loginRate.name, drainRate.name, drainLimit.name, minVersion.name, logLevel.name,
    ]
}

extension Node {
    /// Takes over what can be changed in a running node, and says in the log what could not. Any thread; the loops
    /// follow within 100 ms.
    /// - Throws: nothing was changed.
    public func reload(_ configuration: Configuration) throws {
        var tuning = try NodeTuning(configuration, loops: plan.loops)
        // Those that others were made with at the start.
        tuning.limits.maxConnections = plan.limits.maxConnections
        tuning.limits.newcomers = plan.limits.newcomers
        tuning.limits.newcomersPerAddress = plan.limits.newcomersPerAddress
        tuning.limits.expectsProxyHeader = plan.limits.expectsProxyHeader
        tuning.logins.acceptsLoadTestPasswords = plan.tuning.logins.acceptsLoadTestPasswords
        let old = Dictionary(uniqueKeysWithValues: state.settings.map { ($0.name, $0) })
        var shown: [SettingRecord] = []
        for entry in configuration.entries {
            let new = SettingRecord(name: entry.name, value: entry.text, source: entry.source.description)
            let before = old[entry.name]
            guard let before, before.value != new.value else {
                shown.append(before ?? new)
                continue
            }
            if NodeSettings.reloadable.contains(entry.name) {
                shown.append(new)
                log.info("setting_changed", "a setting was changed", ["setting": .string(entry.name)])
            } else {
                shown.append(before)
                log.warn(
                    "setting_needs_restart", "a setting was changed that counts only after a restart",
                    ["setting": .string(entry.name)])
            }
        }
        let settled = tuning
        state.tuning.withLock { $0 = settled }
        state.shownSettings.withLock { [shown] in $0 = shown }
        state.tunings.add(1, ordering: .releasing)
        log.level = configuration[NodeSettings.logLevel]
        log.info("reloaded", "the configuration was read again")
    }
}
