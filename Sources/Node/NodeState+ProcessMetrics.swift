import ClientGateway
import DBProxy
import Metrics
import Reactor
import Synchronization

/// Of the process, by the names that Prometheus' client libraries use; and whether the node is of use.
extension NodeState {
    func observeStanding() {
        func gauge(_ name: String, _ help: String, _ read: @escaping @Sendable () -> Double) {
            registry.gauge(name, help: help, read: read)
        }
        func process(_ name: String, _ help: String, _ read: @escaping @Sendable (ProcessFacts) -> Double) {
            gauge("process_\(name)", help) { ProcessFacts().map(read) ?? 0 }
        }
        registry.decimalCounter("process_cpu_seconds_total", help: "Processor time of this process.") {
            ProcessFacts()?.cpuSeconds ?? 0
        }
        process("resident_memory_bytes", "Memory of this process that is in RAM.") { Double($0.residentBytes) }
        process("virtual_memory_bytes", "Address space of this process.") { Double($0.virtualBytes) }
        gauge("process_open_fds", "Files that this process has open.") { Double(ProcessFacts.openFiles) }
        process("start_time_seconds", "When this process started, in seconds since 1970.") { $0.startSeconds }
        gauge("process_max_fds", "Files that this process may open.") { Double(SystemFacts.openFileLimits.soft) }

        registry.gauge(
            "grapevine_build_info", help: "1; the labels say which program this is.",
            labels: ["version": ProductVersion.current, "schema": "\(Migrator.latest)"]
        ) { 1 }
        gauge("grapevine_ready", "1 if the node takes users, as /readyz says.") { [self] in
            obstacles().isEmpty ? 1 : 0
        }
        gauge("grapevine_draining", "1 if the node lets go of its clients.") { [self] in drainOrder == nil ? 0 : 1 }
        gauge("grapevine_connections_limit", "Clients that this node may have.") { [self] in
            Double(plan.limits.maxConnections)
        }
        gauge("grapevine_warnings", "What works less well than it should, as /readyz says.") { [self] in
            Double(impairments().count)
        }
        guard plan.redis != nil else { return }
        gauge("grapevine_redis_ready", "1 if every loop has a connection to Redis.") { [self] in
            reports.withLock { $0.allSatisfy { $0.redisIsReady == true } } ? 1 : 0
        }
    }
}
