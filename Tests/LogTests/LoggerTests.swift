import Log
import Testing

@Suite struct LoggerTests {
    private func line(_ format: LogFormat, _ write: (Logger) -> Void) -> String {
        let pipe = PipeLog()
        write(Logger(pipe.sink(format)))
        return pipe.read().joined(separator: "\n")
    }

    @Test func everyTypeHasItsJSONForm() {
        let text = line(.json) {
            $0.info(
                "login_done", "a client logged in",
                [
                    "name": .string("ann"), "user": .int(UInt32.max), "big": .int(UInt64.max), "delta": .int(-3),
                    "load": .double(0.25), "none": .double(.nan), "fresh": .bool(true),
                    "took": .duration(.microseconds(12_345)), "back": .duration(.microseconds(-1_500)),
                ])
        }
        #expect(
            text == #"{"ts":"2026-01-01T00:00:00.007Z","level":"info","node":"n1","boot":"b7","event":"login_done","#
                + #""msg":"a client logged in","name":"ann","user":4294967295,"big":18446744073709551615,"delta":-3,"#
                + #""load":0.25,"none":null,"fresh":true,"took_ms":12.345,"back_ms":-1.500}"#)
    }

    @Test func textIsForPeople() {
        let text = line(.text) {
            $0.warn(
                "peer_lost", "no answer",
                ["peer": .string("n2"), "why": .string("a \"b\""), "took": .duration(.milliseconds(3)), "n": .int(1)])
        }
        #expect(
            text == #"2026-01-01T00:00:00.007Z WARN  n1 peer_lost: no answer peer=n2 why="a \"b\"" "#
                + "took=3.000ms n=1")
    }

    @Test(arguments: [
        ("a\"b\\c", #""a\"b\\c""#),
        ("\n\r\t\0\u{1B}[2J\u{7F}\u{9B}", #""\n\r\t\u0000\u001b[2J\u007f\u009b""#),
        ("é👍\u{2028}", "\"é👍\u{2028}\""),
        (String(repeating: "é", count: 600), "\"" + String(repeating: "é", count: 512) + "…\""),
    ])
    func stringsAreEscapedAndCut(value: String, json: String) {
        #expect(line(.json) { $0.error("x", "y", ["v": .string(value)]) }.hasSuffix("\"v\":\(json)}"))
        #expect(line(.text) { $0.error("x", "y", ["v": .string(value)]) }.hasSuffix("v=\(json)"))
    }

    @Test func bytesThatAreNotUTF8AreRepaired() {
        let text = line(.json) { $0.info("x", "y", ["v": .utf8([0x61, 0xFF, 0xC3, 0x28])]) }
        #expect(text.hasSuffix("\"v\":\"a\u{FFFD}\u{FFFD}(\"}"))
    }

    @Test func boundFieldsComeFirst() {
        let text = line(.text) {
            $0.with(["loop": .int(2)]).with(["peer": .string("n3")]).info("x", "y", ["n": .int(1)])
        }
        #expect(text.hasSuffix("INFO  n1 x: y loop=2 peer=n3 n=1"))
    }

    @Test func aLevelThatIsOffEvaluatesNothingAndCanBeSwitchedOn() {
        let pipe = PipeLog()
        let sink = pipe.sink(.text, level: .warn)
        let logger = Logger(sink)
        var evaluations = 0
        func fields() -> KeyValuePairs<StaticString, LogValue> {
            evaluations += 1
            return ["n": .int(evaluations)]
        }
        logger.info("quiet", "not written", fields())
        #expect(evaluations == 0)
        sink.level = .debug
        logger.debug("loud", "written", fields())
        #expect(pipe.lines(until: "loud") == ["2026-01-01T00:00:00.007Z DEBUG n1 loud: written n=1"])
    }

    @Test func theLastLinesAreKeptForThoseWhoAsk() {
        let pipe = PipeLog()
        let log = Logger(pipe.sink(.text))
        log.debug("too_small", "left out")
        log.warn("rare", "it happens once")
        for number in 2...600 { log.info("step", "a step", ["number": .int(number), "took": .duration(.seconds(1))]) }
        let all = log.records(after: 0)
        // What happens all the time leaves room for what is rare.
        #expect(all.map(\.number) == [1] + Array(551...600))
        #expect(all.last?.event == "step" && all.last?.message == "a step")
        #expect(all.last?.fields.map(\.name) == ["number", "took_ms"])
        #expect(all.last?.fields.first?.value == .int(600))
        #expect(log.records(after: 598).map(\.number) == [599, 600])
        #expect(log.records(after: 600).isEmpty)
    }
}
