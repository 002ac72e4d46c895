import Node
import Testing
import WireKit

@testable import talkctl

@Suite(.timeLimit(.minutes(5))) struct AddressVerbTests {
    @Test func phonesGetALinkAndACode() throws {
        let node = try TestNode(nil, ["http.advertise": "https://im.example.org"])
        let place = try Place(node.database, admin: "\(node.node.adminAddress)")
        let lines = place.run("address").output.split(separator: "\n")
        #expect(lines.prefix(2) == [
            "https://im.example.org/  chat page, for browsers and phones",
            "https://im.example.org/msg_server  login server, for the apps",
        ])
        // Version 2 has 25 modules; four are around it on each side.
        #expect(lines.count == 2 + 17 && lines.dropFirst(2).allSatisfy { $0.count == 33 })
        let json = place.run("address --json").output
        #expect(json.contains(#""url":"https://im.example.org/""#) && json.contains(#""local":false"#))
    }

    @Test func whatAPhoneCannotReachIsSaid() throws {
        let node = try TestNode()
        let shown = try Place(node.database, admin: "\(node.node.adminAddress)").run("address")
        #expect(shown.code == 0)
        #expect(shown.output.contains("A phone cannot reach that") && shown.output.contains("--advertise ADDRESS"))
        #expect(!shown.output.contains("█"))
    }

    @Test func twoRowsAreALine() {
        let drawn = Verb.halfBlocks(of: ["110", "010", "101"])
        #expect(drawn == [
            "███████████",
            "███████████",
            "████▄ █████",
            "████▄█▄████",
            "███████████",
            "███████████",
        ])
    }
}
