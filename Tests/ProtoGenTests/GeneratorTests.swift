import Foundation
import Testing
import proto_gen

@Suite struct GeneratorTests {
    /// The committed Swift and JavaScript are what the committed .proto files say; if not: `swift run proto-gen`.
    @Test func generatedFilesAreFresh() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let sources = try read(root.appending(path: "proto"))
        #expect(sources.count >= 10)
        let generated = try Generator.generate(sources)
        #expect(try read(root.appending(path: "Sources/TalkProtocol/Generated")) == generated)
        let script = try String(contentsOf: root.appending(path: "Sources/CFace/chat/messages.js"), encoding: .utf8)
        #expect(try Generator.generateScript(sources).text == script)
    }

    private func read(_ folder: URL) throws -> [Generator.File] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
            Generator.File(name: $0, text: try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
        }
    }

    @Test func commentsAndNamesAreCarriedOver() throws {
        let swift = try generate(
            """
            // About the file.

            syntax = "proto2";
            package A;

            // Left alone: a blank line follows.

            // What it is.
            //
            // And more.
            enum HowType { HOW_TYPE_NONE = 0; HOW_TYPE_IN = 0x1f; }
            enum Digits { DIGITS_1 = 1; DIGITS_2 = 2; }
            message Empty {}
            message M {
              // The one
              // and only.
              repeated A.Empty avatar_url_list = 4;
              optional HowType default = 1;
            }
            """)
        #expect(swift.contains("\n// About the file.\n"))
        #expect(!swift.contains("Left alone"))
        #expect(swift.contains("/// What it is.\n///\n/// And more.\npublic enum HowType: UInt32"))
        #expect(swift.contains("    case typeNone = 0\n    case `in` = 0x1f\n"))
        #expect(swift.contains("    case digits1 = 1\n    case digits2 = 2\n"))
        #expect(swift.contains("    /// The one and only.\n    public var avatarURLList: [Empty]\n"))
        #expect(swift.contains("    public var `default`: HowType?\n"))
    }

    @Test(arguments: [
        ("syntax = \"proto3\";", "a.proto:1:10: only proto2 is supported"),
        ("message M {\n  required uint32 id 1;\n}", "a.proto:2:22: expected '=', found '1'"),
        ("message M {\n  uint32 id = 1;\n}", "a.proto:2:3: 'uint32' is not supported by proto-gen"),
        ("message M { oneof x {} }", "a.proto:1:13: 'oneof' is not supported by proto-gen"),
        ("message M { message N {} }", "a.proto:1:13: 'message' is not supported by proto-gen"),
        ("message M { optional group G = 1 {} }", "a.proto:1:22: 'group' is not supported by proto-gen"),
        ("message M { extensions 4 to 5; }", "a.proto:1:13: 'extensions' is not supported by proto-gen"),
        ("extend M {}", "a.proto:1:1: 'extend' is not supported by proto-gen"),
        ("service S {}", "a.proto:1:1: 'service' is not supported by proto-gen"),
        ("enum E { option allow_alias = true; }", "a.proto:1:10: 'option' is not supported by proto-gen"),
        ("enum E { A = -1; }", "a.proto:1:14: expected a number, found '-'"),
        ("enum E { A = 1; B = 1; }", "a.proto:1:17: the value 1 is used twice"),
        ("enum E {}", "a.proto:1:6: an enum needs a value"),
        ("enum E { A = 12ab; }", "a.proto:1:14: '12ab' is not a whole number"),
        ("enum E { A = 2147483648; }", "a.proto:1:14: 2147483648 is more than the 2147483647 allowed here"),
        (
            "message M { repeated uint32 a = 1 [packed = true]; }",
            "a.proto:1:35: options such as 'packed' are not supported"
        ),
        (
            "message M { repeated E a = 1; } enum E { A = 1; }",
            "a.proto:1:22: repeated 'E' is not supported by proto-gen"
        ),
        ("message M { optional uint32 a = 1; required N b = 1; }", "a.proto:1:47: the field number 1 is used twice"),
        ("message M { optional uint32 a = 1; optional uint32 a = 2; }", "a.proto:1:52: the name 'a' is used twice"),
        ("message M { optional uint32 a = 0; }", "a.proto:1:29: 0 is not a field number"),
        ("message M { optional uint32 a = 19000; }", "a.proto:1:29: 19000 is not a field number"),
        ("message M { optional uint32 tag = 1; }", "a.proto:1:29: the name 'tag' is needed by the generated code"),
        ("message M { optional N n = 1; }", "a.proto:1:22: there is no type 'N'"),
        (
            "message M { optional bool b = 1; }",
            "a.proto:1:22: 'bool' is not supported by proto-gen: uint32, uint64, string and bytes are"
        ),
        ("message M {} enum M { A = 1; }", "a.proto:1:9: there is another type named 'M'"),
        ("import \"b.proto\";", "a.proto:1:8: there is no file 'b.proto'"),
        ("import \"b.proto;", "a.proto:1:8: a string without an end"),
        ("message M {", "a.proto:1:12: expected a field or '}', found 'the end of the file'"),
    ])
    func mistakesAreNamedWithTheirPlace(_ source: String, _ message: String) {
        #expect { try generate(source) } throws: { "\($0)" == message }
    }

    @Test func aTypeOfAnotherFileNeedsItsImport() {
        let sources = [
            Generator.File(name: "a.proto", text: "package A; message M { required B.N n = 1; }"),
            Generator.File(name: "b.proto", text: "package B; message N {}"),
        ]
        #expect { try Generator.generate(sources) } throws: {
            "\($0)" == "a.proto:1:33: 'B.N' is declared in 'b.proto', which is not imported"
        }
    }

    @discardableResult
    private func generate(_ source: String) throws -> String {
        try Generator.generate([Generator.File(name: "a.proto", text: source)])[0].text
    }
}
