import DBProxy
import Glibc
import Log
import Node
import Primitives
import Program
import Reactor
import Settings

/// The node. Exit codes: 0 stopped as asked, 1 failed, 2 usage or configuration.
@main
struct MsgServer {
    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.contains("--version") || arguments.contains("-v") {
            return print("msg-server \(ProductVersion.current)")
        }
        if arguments.contains("--help") || arguments.contains("-h") { return print(usage) }
        let checkOnly = ["--check-config", "-t"].map { ConfigurationSources.take($0, from: &arguments) }.contains(true)
        let sources = ConfigurationSources(
            NodeSettings.schema, fileVariable: NodeSettings.fileVariable, &arguments)
        let configuration = load(sources)
        if checkOnly {
            checkCertificates(configuration)
            return print(configuration.description, terminator: "")
        }
        run(configuration, sources)
    }

    private static let usage = """
        msg-server [--config FILE] [--check-config] [--version] [SETTINGS]

        A node of a Grapevine cluster. Settings come from the file, then the environment, then the command line;
        the last one counts. Without --config the variable GRAPEVINE_CONFIG names the file.

        \(NodeSettings.schema.help)
        """

    private static func run(_ configuration: Configuration, _ sources: ConfigurationSources) {
        Signals.hold()
        let origin = LogOrigin(node: configuration[NodeSettings.name], boot: bootID())
        let sink = LogSink(
            descriptor: 1, origin: origin, format: configuration[NodeSettings.logFormat],
            level: configuration[NodeSettings.logLevel], clock: wallClock)
        let log = Logger(sink)
        // It may have to wait for its database for ever.
        let watch = StartWatch {
            log.info("start_ended", "the node was asked to stop before it had started")
            _ = sink.flush(within: .seconds(2))
            exit(0)
        }
        do {
            SystemFacts.raiseOpenFileLimit()
            try migrate(configuration, log)
            let node = try Node(configuration, log: log, wallClock: wallClock) { epoch in
                log.error(
                    "fenced", "a later start of this node is in the cluster: this one ends",
                    ["epoch": .int(Int(clamping: epoch))])
                _ = sink.flush(within: .seconds(1))
                exit(75)
            }
            watch.end()
            Signals.waitForEnd { signal in
                guard signal != SIGHUP else { return reload(node, sources, log) }
                log.info("signal_ignored", "a signal that means nothing here", ["number": .int(Int(signal))])
            }
            log.info("node_stopping", "the node was asked to stop; asked once more it stops at once")
            node.retire { Signals.waitForEnd(within: $0) }
            _ = sink.flush(within: .seconds(2))
        } catch {
            log.error("start_failed", "the node could not start", ["reason": .string("\(error)")])
            _ = sink.flush(within: .seconds(2))
            fail("\(error)", code: 1)
        }
    }

    /// Waits for the database as long as it takes: in a cluster that starts as a whole it may come last.
    private static func migrate(_ configuration: Configuration, _ log: Logger) throws {
        guard let address = try? PostgresAddress(configuration[NodeSettings.postgres]) else {
            fail("postgres.dsn is no connection string of libpq (its documentation has the keywords)", code: 2)
        }
        let migrator = Migrator(address)
        while true {
            do throws(Migrator.Failure) {
                let steps = try migrator.run { holder in
                    log.warn(
                        "migration_waits", "another session migrates the database, or holds its lock",
                        ["pid": .int(Int(holder))])
                }
                for step in steps {
                    log.info("migrated", "a step of the schema was applied", ["step": .int(Int(step))])
                }
                return
            } catch {
                guard case .unreachable(let reason) = error else { throw error }
                log.warn(
                    "postgres_unreachable", "waiting for PostgreSQL",
                    ["address": .string(address.summary), "reason": .string(reason)])
                sleep(1)
            }
        }
    }

    private static func load(_ sources: ConfigurationSources) -> Configuration {
        do {
            return try sources.read()
        } catch {
            fail("\(error)", code: 2)
        }
    }

    /// What clients will not like is said, and no reason not to start.
    private static func checkCertificates(_ configuration: Configuration) {
        do throws(Node.Failure) {
            for advice in try CertificateAdvice.all(configuration, at: wallClock()) {
                Terminal.write("msg-server: \(advice.setting): \(advice.text); \(advice.fix)\n", to: .errors)
            }
        } catch {
            fail("\(error)", code: 2)
        }
    }

    /// On SIGHUP: the same file and flags again. What is wrong with it is in the log, and the node goes on as it was.
    private static func reload(_ node: Node, _ sources: ConfigurationSources, _ log: Logger) {
        do {
            try node.reload(try sources.read())
        } catch {
            log.error("reload_failed", "the configuration stays as it was", ["reason": .string("\(error)")])
        }
    }

    private static func bootID() -> String {
        String(UInt32.random(in: .min ... .max), radix: 16)
    }

    private static func fail(_ text: String, code: Int32) -> Never {
        Terminal.write("msg-server: \(text)\n", to: .errors)
        exit(code)
    }
}
