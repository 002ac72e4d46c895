import Reactor
import StandIn

/// The stand-in server as a program, to measure what load-bench itself can do. Usage: stand-in-server PORT
@main
struct StandInProgram {
    static func main() throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap(UInt16.init) ?? 0
        let server = try StandInServer(on: .loopback(port: port))
        print("clients at \(server.address), GET /msg_server at \(server.httpAddress)")
        Semaphore().wait()
    }
}
