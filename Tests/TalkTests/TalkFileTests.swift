import Crypto
import Foundation
import Node
import Primitives
import Reactor
import TalkProtocol
import Testing
import WaitKit
import WireKit

@testable import talk

/// Files, pictures and voices at the terminal.
@Suite(.timeLimit(.minutes(5))) struct TalkFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "talk-\(UUID())").path
    private let name = "talk-\(UUID()).bin"

    @Test func aFileIsSentAndSaved() async throws {
        defer {
            for path in [folder, name, "2-" + name] { try? FileManager.default.removeItem(atPath: path) }
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let node = try TestNode(
            nil,
            ["media.folder": folder + "/media", "media.listen": "127.0.0.1:0", "files.listen": "127.0.0.1:0",
                "media.reserve": "0B"])
        try node.addUsers("alice", "bob")
        try await eventually { try node.metric("grapevine_blob_stores") == 1 }
        let content = Data((0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 11) })
        try content.write(to: URL(filePath: "\(folder)/\(name)"))
        let bob = try Terminal("bob", [node.node.httpAddress])
        defer { bob.group.stop() }
        var heard = bob.lines.makeAsyncIterator()
        #expect(await heard.next()?.hasPrefix("* Connected to ") == true)
        let alice = try Terminal("alice", [node.node.httpAddress])
        defer { alice.group.stop() }
        var said = alice.lines.makeAsyncIterator()
        #expect(await said.next()?.hasPrefix("* Connected to ") == true)
        alice.type("/send \(folder)/\(name)")
        #expect(await said.next() == "* To whom? Write to somebody first: files go to one person at a time.")
        alice.type("bob: a file comes")
        #expect(await said.next() == "✓ 1")
        alice.type("/send \(folder)/none")
        #expect(await said.next() == "* '\(folder)/none' cannot be read.")
        alice.type("/send \(folder)/\(name)")
        #expect(await said.next() == "✓ \(name), 5.0 MB, is there for bob.")
        #expect(await heard.next() == "alice: a file comes")
        #expect(await heard.next() == "alice: (file \(name), 5.0 MB: /save 1)")
        for path in [name, "2-" + name] {
            bob.type("/save 1")
            #expect(await heard.next() == "Saved: \(path), 5.0 MB")
            #expect(FileManager.default.contents(atPath: path) == content)
        }
        bob.type("/save 9")
        #expect(await heard.next() == "* Nothing was shown with the number 9.")
        // Whoever comes later is told, too.
        let again = try Terminal("bob", [node.node.httpAddress])
        defer { again.group.stop() }
        var later = again.lines.makeAsyncIterator()
        _ = await later.next()
        #expect(await later.next() == "alice: (file \(name), 5.0 MB: /save 1)")
    }

    @Test func picturesAndVoicesAreLinesThatSayHowToSaveThem() throws {
        var probe = try SessionProbe.loggedIn()
        probe.push(1, "see &$#@~^@[{:http://h/g0/001/002/ab_12x34.jpg:}]&$~@#@ and &$#@~^@[{:http://h/x.png:}]&$~@#@")
        probe.push(
            .msgData, 0,
            IMMsgData(
                fromUserID: 2, toSessionID: 1, msgID: 2, msgType: .singleAudio, msgData: [0, 0, 0, 7] + [1, 2, 3]))
        #expect(
            probe.shown == [
                "bob: see (picture 12x34: /save 1) and (picture: /save 2)", "bob: (voice, 7 s, 3 B: /save 3)",
            ])
        probe.type("/save 3")
        probe.type("/save 1")
        let asked: IMFileAccessReq = try probe.next(.fileAccessReq).message()
        #expect(asked.taskID == nil)
    }

    @Test func aFileGoesOnAfterABreak() throws {
        var probe = try SessionProbe.loggedIn()
        probe.type("bob: hi")
        try probe.acknowledge(as: 1)
        probe.type("/send /tmp/a/report.pdf")
        probe.measured(9)
        let offer: IMFileReq = try probe.next(.fileReq).message()
        #expect(offer.fileName == "report.pdf" && offer.fileSize == 9 && offer.toUserID == 2)
        probe.lose()
        try probe.logIn()
        let again: IMFileReq = try probe.next(.fileReq).message()
        #expect(again == offer)
    }
}
