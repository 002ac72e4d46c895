import Primitives
import Testing

@Suite struct JSONTests {
    private func read(_ text: String) -> JSON? { JSON(reading: Array(text.utf8)) }

    private func again(_ text: String) -> String? { read(text).map { String(decoding: $0.bytes, as: UTF8.self) } }

    @Test(arguments: [
        "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "\"\"", "[]", "{}",
        #"{"a":[1,{"b":null},"c"],"d":{}}"#, #""a\"b\\c/ü😀""#,
    ])
    func whatIsWrittenIsReadAgain(_ text: String) {
        #expect(again(text) == text)
    }

    @Test func blanksAndEscapesAreRead() {
        #expect(again(" \r\n\t[ 1 , { \"a\" : true } ]\n") == #"[1,{"a":true}]"#)
        #expect(read(#""\u0041\n\t\/\ud83d\ude00\b\f\r""#)?.text == "A\n\t/😀\u{8}\u{C}\r")
    }

    @Test(arguments: [
        "", " ", "nul", "truex", "1 2", "01", "-", "+1", "1.5", "1e3", "9223372036854775808", "[1,]", "[1", "[,1]", "{",
        "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "\"", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"",
        "\"\\ud800\\u0041\"", "\"\u{1}\"", "]",
    ])
    func nothingElseIs(_ text: String) {
        #expect(read(text) == nil)
    }

    @Test func badUTF8IsRefused() {
        #expect(JSON(reading: [UInt8(ascii: "\""), 0xFF, UInt8(ascii: "\"")]) == nil)
    }

    @Test func depthIsBounded() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(read(nested(64)) != nil)
        #expect(read(nested(65)) == nil)
        #expect(read(String(repeating: "[", count: 1_000_000)) == nil)
    }

    @Test("names of members are bytes: what Unicode calls equal is another name")
    func namesAreBytes() throws {
        let object = try #require(JSON(reading: Array("{\"e\u{301}\":1,\"a\":2}".utf8)))
        #expect(object["\u{e9}"] == nil)
        #expect(object["e\u{301}"]?.integer == 1)
    }

    @Test func membersAreFound() throws {
        let value = try #require(read(#"{"a":1,"b":[true,"x"],"a":2}"#))
        #expect(value["a"]?.integer == 2)
        #expect(value["b"]?.items.first?.isTrue == true)
        #expect(value["b"]?.items.last?.text == "x")
        #expect(value["c"] == nil)
        #expect(value["a"]?["b"] == nil)
        #expect(value.items.isEmpty)
    }
}
