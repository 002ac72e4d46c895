import Foundation
import StandIn
import Testing

/// The program as a process: what scripts see of it.
@Suite(.timeLimit(.minutes(5))) struct ProgramTests {
    /// Runs load-bench; returns its exit code and standard output.
    private func run(_ arguments: String...) async throws -> (code: Int32, output: String) {
        let process = Process()
        let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = folder.appending(path: "load-bench")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        return try await withCheckedThrowingContinuation { done in
            process.terminationHandler = { process in
                let data = output.fileHandleForReading.readDataToEndOfFile()
                done.resume(returning: (process.terminationStatus, String(decoding: data, as: UTF8.self)))
            }
            do { try process.run() } catch { done.resume(throwing: error) }
        }
    }

    private func chat(_ behaviour: Behaviour) async throws -> (code: Int32, output: String) {
        let server = try StandInServer(behaviour)
        defer { server.stop() }
        return try await run(
            "chat", "--server", "\(server.address)", "--pairs", "1", "--rate", "500", "--warmup", "0s", "--duration",
            "200ms", "--drain", "300ms", "--json")
    }

    @Test func aGoodServerIs0() async throws {
        let (code, output) = try await chat(Behaviour())
        #expect(code == 0)
        let report = try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        #expect(report["verdict"] as? String == "ok")
        #expect((report["messages"] as? [String: Any])?["acked"] as? Int == 100)
    }

    @Test func aViolationIs4() async throws {
        var behaviour = Behaviour()
        behaviour.fault = .repeatPush
        let (code, output) = try await chat(behaviour)
        #expect(code == 4)
        #expect(output.contains(#""verdict":"violation""#))
    }

    @Test func aRefusedLoginIs1() async throws {
        var behaviour = Behaviour()
        behaviour.password = "another"
        #expect(try await chat(behaviour).code == 1)
    }

    @Test func wrongArgumentsAre2() async throws {
        #expect(try await run("chat", "--pairs", "x").code == 2)
        #expect(try await run().code == 0, "the help")
    }

    @Test func noServerIs3() async throws {
        #expect(
            try await run("connect", "--server", "127.0.0.1:1", "--count", "1", "--login-time", "200ms").code == 3)
    }
}
