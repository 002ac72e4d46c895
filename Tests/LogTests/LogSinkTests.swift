import Glibc
import Log
import Testing

@Suite(.timeLimit(.minutes(5))) struct LogSinkTests {
    private func number(after key: String, in line: String) -> Int {
        guard let range = line.firstRange(of: "\"\(key)\":") else { return -1 }
        return Int(line[range.upperBound...].prefix(while: \.isNumber)) ?? -1
    }

    /// Nobody reads, so the pipe and then the buffer fill; what is lost is exactly what is reported.
    @Test func aFullBufferDropsTheNewestAndSaysHowMany() {
        let pipe = PipeLog()
        let sink = pipe.sink(capacity: 8_192)
        let logger = Logger(sink)
        let count = 5_000
        for index in 0..<count { logger.info("filler", "a line", ["n": .int(index)]) }
        let dropped = Int(sink.droppedLines)
        #expect(dropped > 0)
        #expect(sink.flush(within: .zero) == false)

        var numbers: [Int] = []
        var reported = 0
        while numbers.count + reported < count {
            for line in pipe.read() {
                if line.contains("log_dropped") {
                    reported += number(after: "lines", in: line)
                } else {
                    numbers.append(number(after: "n", in: line))
                }
            }
        }
        #expect(reported == dropped)
        #expect(numbers.count + reported == count)
        #expect(numbers == numbers.sorted() && numbers.first == 0)

        logger.info("after", "room again")
        #expect(pipe.lines(until: "after").count == 1)
        #expect(sink.flush(within: .seconds(60)))
    }

    @Test func aClosedPipeCostsTheLinesAndNothingElse() async {
        await #expect(processExitsWith: .success) {
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe(&ends) == 0, close(ends[0]) == 0 else { exit(1) }
            let sink = LogSink(
                descriptor: ends[1], origin: LogOrigin(node: "n", boot: "b"), format: .json, level: .info)
            Logger(sink).info("lost", "nobody reads")
            exit(sink.flush(within: .seconds(60)) && sink.droppedLines == 1 ? 0 : 1)
        }
    }

    @Test func aNonBlockingDescriptorIsWaitedFor() {
        let pipe = PipeLog()
        #expect(fcntl(pipe.writer, F_SETFL, O_NONBLOCK) == 0)
        let sink = pipe.sink()
        let logger = Logger(sink)
        for index in 0..<5_000 { logger.info("filler", "a line", ["n": .int(index)]) }
        logger.info("last", "the end")
        #expect(pipe.lines(until: "last").count == 5_001)
        #expect(sink.droppedLines == 0)
    }

    @Test func linesOfSeveralThreadsStayWhole() async {
        let pipe = PipeLog()
        let sink = pipe.sink()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for index in 0..<50 { Logger(sink).info("line", "x", ["task": .int(task), "n": .int(index)]) }
                }
            }
        }
        Logger(sink).info("last", "the end")
        let lines = pipe.lines(until: "last").dropLast()
        for task in 0..<4 {
            let own = lines.filter { number(after: "task", in: $0) == task }.map { number(after: "n", in: $0) }
            #expect(own == Array(0..<50))
        }
    }

    /// The last logger ends the thread only after its lines are out.
    @Test func linesOfASinkThatIsGoneAreWritten() {
        let pipe = PipeLog()
        do { Logger(pipe.sink()).info("farewell", "gone") }
        #expect(pipe.lines(until: "farewell").count == 1)
    }
}
