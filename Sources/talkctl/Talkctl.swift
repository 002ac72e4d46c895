import Administration
import DBProxy
import Glibc
import Primitives
import Program

@main struct Talkctl {
    static func main() {
        var console = Console()
        console.environment = Environment.all
        console.readLine = { readLine() }
        console.wait = { usleep(UInt32(clamping: $0.milliseconds * 1000)) }
        if Terminal.Stream.input.isInteractive {
            console.ask = Terminal.askSecret
            console.confirm = { question in
                Terminal.write("\(eraseLine)\(question) Type yes to go on: ", to: .errors)
                return readLine() == "yes"
            }
        }
        console.show = { Terminal.write($0, to: .output) }
        console.isScreen = Terminal.Stream.output.isInteractive
        let showsProgress = Terminal.Stream.errors.isInteractive
        if showsProgress { console.showProgress = { Terminal.write(eraseLine + $0, to: .errors) } }
        let result = run(Array(CommandLine.arguments.dropFirst()), console)
        if showsProgress { Terminal.write(eraseLine, to: .errors) }
        Terminal.write(result.output, to: .output)
        Terminal.write(result.complaint, to: .errors)
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
            let report = try invocation.run()
            let text = invocation.isJSON ? String(decoding: report.json.bytes, as: UTF8.self) : report.text
            return Result(code: report.code, output: text + "\n")
        } catch let help as Invocation.Help {
            return Result(output: help.text)
        } catch {
            return complain(Failure(of: error))
        }
    }

    /// ECMA-48: to the start of the line, erase to its end.
    private static let eraseLine = "\r\u{1b}[K"

    private static func complain(_ failure: Failure) -> Result {
        Result(code: failure.code.rawValue, complaint: "talkctl: \(failure.text)\n")
    }
}
