import DBProxy
import Glibc
import HTTPCore
import HTTPServer
import Log
import Metrics
import Outbox
import Primitives
import Program
import Reactor
import Settings
import TalkProtocol

/// Sends what the outbox holds for devices of users who are away. Exit codes: 0 stopped as asked, 1 failed, 2 usage or
/// configuration.
///
/// A program of its own: no node needs one to run, and several may run at once.
@main
struct PushServer {
    private static let usage = """
        push-server [--config FILE] [--check-config] [SETTINGS]

        Sends notifications to APNs, FCM or a relay, and to push services of browsers. Settings come from the file, then
        the environment, then the command line; the last one counts. Without --config the variable
        GRAPEVINE_PUSH_CONFIG names the file.

        \(PushSettings.schema.help)
        """

    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.contains("--help") || arguments.contains("-h") { return print(usage) }
        let checkOnly = ConfigurationSources.take("--check-config", from: &arguments)
        let sources = ConfigurationSources(
            PushSettings.schema, fileVariable: PushSettings.fileVariable, &arguments)
        do {
            let configuration = try sources.read()
            let served = try Services.read(configuration)
            if checkOnly { return print(configuration.description, terminator: "") }
            run(configuration, served)
        } catch {
            fail("\(error)", code: 2)
        }
    }

    private static func run(_ configuration: Configuration, _ served: [Services.Served]) {
        Signals.hold()
        let sink = LogSink(
            descriptor: 1, origin: LogOrigin(node: "push-server", boot: "\(getpid())"),
            format: configuration[PushSettings.logFormat], level: configuration[PushSettings.logLevel],
            clock: wallClock)
        let log = Logger(sink)
        do {
            let house = try PushHouse(configuration, served, log: log)
            log.info("push_started", "notifications are sent", ["channels": .int(served.count)])
            Signals.waitForEnd { _ in }
            log.info("push_stopping", "the program was asked to stop")
            house.end()
            _ = sink.flush(within: .seconds(2))
        } catch {
            _ = sink.flush(within: .seconds(2))
            fail("\(error)", code: 1)
        }
    }

    private static func fail(_ text: String, code: Int32) -> Never {
        Terminal.write("push-server: \(text)\n", to: .errors)
        exit(code)
    }
}
