import Glibc
import LoadBench
import Primitives

/// Exit codes: 0 ok, 1 could not run, 2 usage, 3 unreachable, 4 violation found.
@main struct LoadBenchProgram {
    static func main() {
        do throws(Arguments.Failure) {
            let arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
            exit(run(arguments))
        } catch {
            switch error {
            case .help(let text):
                print(text, terminator: "")
            case .usage(let problem):
                Machine.writeError("load-bench: \(problem). Try --help\n")
                exit(2)
            }
        }
    }

    private static func run(_ arguments: Arguments) -> Int32 {
        // Before any thread is started, so that all of them leave the signals to this one.
        Machine.holdInterrupts()
        let load: LoadRun
        do {
            load = try LoadRun(arguments.plan)
        } catch {
            Machine.writeError("load-bench: \((error as? RunFailure)?.reason ?? "\(error)")\n")
            return 1
        }
        follow(load, arguments)
        do throws(RunFailure) {
            let report = try load.report()
            print(arguments.isJSON ? report.json + "\n" : report.table, terminator: "")
            return report.verdict.exitCode
        } catch {
            Machine.writeError("load-bench: \(error.reason)\n")
            return error.exitCode
        }
    }

    /// Shows how far the run is, until it is over.
    private static func follow(_ load: LoadRun, _ arguments: Arguments) {
        var progress = arguments.isQuiet ? nil : ProgressLine(isTerminal: Machine.isErrorTerminal)
        var isInterrupted = false
        while load.stage != .finished {
            if Machine.interrupt(within: .milliseconds(100)) {
                if isInterrupted { exit(1) }
                isInterrupted = true
                load.stop()
            }
            progress?.update(load.stage, load.tally)
        }
        progress?.end()
    }
}

extension Report.Verdict {
    fileprivate var exitCode: Int32 {
        switch self {
        case .ok: 0
        case .incomplete: 1
        case .violation: 4
        }
    }
}

extension RunFailure {
    fileprivate var exitCode: Int32 {
        switch self {
        case .failed: 1
        case .unreachable: 3
        }
    }
}
