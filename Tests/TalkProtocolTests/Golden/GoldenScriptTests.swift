import Foundation
import Testing

@Suite struct GoldenScriptTests {
    /// What the chat page may send or get. Of calls the ids have 64 bits, which it does not read.
    private static let json: String = {
        let all = [Golden.login, Golden.buddy, Golden.message, Golden.group, Golden.file].flatMap(\.self)
        let lines = all.flatMap { golden in
            [(golden.full, golden.fullHex), (golden.bare, golden.bareHex)].map { message, hex in
                #"  { "name": "\#(type(of: message))", "hex": "\#(hex)" }"#
            }
        }
        return "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    }()

    @Test("the codecs of the chat page are tested with the same bytes (Tests/Script)")
    func bytesOfTheScript() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Script/golden.json")
        let isSame = try String(contentsOf: file, encoding: .utf8) == Self.json
        #expect(isSame, "Tests/Script/golden.json should be:\n\(Self.json)")
    }
}
