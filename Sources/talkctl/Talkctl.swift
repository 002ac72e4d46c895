import Administration
import FoundationEssentials
import Glibc

@main struct Talkctl {
    static func main() {
        var console = Console()
        console.environment = ProcessInfo.processInfo.environment
        console.readLine = Terminal.readLine
        if Terminal.isInteractive(0) { console.ask = Terminal.ask }
        if Terminal.isInteractive(2) {
            console.showProgress = { Terminal.write("\r\u{1b}[K\($0)", to: 2) }
        }
        let result = run(Array(CommandLine.arguments.dropFirst()), console)
        if Terminal.isInteractive(2) { Terminal.write("\r\u{1b}[K", to: 2) }
        Terminal.write(result.output, to: 1)
        Terminal.write(result.complaint, to: 2)
        exit(result.code)
    }

    struct Result: Equatable {
        var code: Int32 = 0
        var output = ""
        var complaint = ""
    }

    static func run(_ arguments: [String], _ console: Console) -> Result {
        do {
            let invocation = try Invocation(arguments, console)
            let report = try invocation.verb.run(invocation)
            return Result(output: (invocation.isJSON ? try report.json : report.text) + "\n")
        } catch let help as Invocation.Help {
            return Result(output: help.text)
        } catch let error as AdministrationError {
            return complain(Failure(error))
        } catch let failure as Failure {
            return complain(failure)
        } catch {
            return complain(Failure(.failed, "\(error)"))
        }
    }

    private static func complain(_ failure: Failure) -> Result {
        Result(code: failure.code.rawValue, complaint: "talkctl: \(failure.text)\n")
    }
}
