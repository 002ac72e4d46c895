import Node
import Primitives
import Protobuf
import SocketKit
import TalkProtocol
import Testing
import WireKit

/// Bodies that no client writes, over real sockets; the names are those of the bad input in
/// PROMISES.md, B31 to B39.
@Suite(.serialized, .timeLimit(.minutes(5))) struct BodyTests {
    /// A request whose body is given byte by byte, and what becomes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let command: Command
        /// `nil`: no answer, no effect.
        let answer: Command?
        let body: [UInt8]

        init(_ name: String, _ command: Command, _ answer: Command?, _ body: [UInt8]) {
            self.name = name
            self.command = command
            self.answer = answer
            self.body = body
        }

        var testDescription: String { name }
    }

    /// An `IMMsgData` to user 2 with a type and a text.
    private static func message(type: [UInt8], data: [UInt8] = [0x32, 0x01, 0x41]) -> [UInt8] {
        [0x08, 0x01, 0x10, 0x02, 0x18, 0x00, 0x20, 0x01] + type + data
    }

    private static func sign(_ bytes: [UInt8]) -> [UInt8] {
        [0x08, 0x01, 0x12, UInt8(bytes.count)] + bytes
    }

    static let cases = [
        Case("a whole message", .msgData, .msgDataAck, message(type: [0x28, 0x01])),
        Case("B28: type 0", .msgData, nil, message(type: [0x28, 0x00])),
        Case("B28: type 3", .msgData, nil, message(type: [0x28, 0x03])),
        Case("B28: type 99", .msgData, nil, message(type: [0x28, 0x63])),
        Case("B28: a group type to a user", .msgData, nil, message(type: [0x28, 0x11])),
        Case("B29: no text", .msgData, nil, message(type: [0x28, 0x01], data: [0x32, 0x00])),
        Case("B31: the type as a fixed number", .msgData, nil, message(type: [0x2D, 1, 0, 0, 0])),
        Case("B31: the text as a number", .msgData, nil, message(type: [0x28, 0x01], data: [0x30, 0x41])),
        Case("B31: the list as a string", .removeSessionReq, nil, [0x08, 0x01, 0x12, 0x01, 0x01, 0x18, 0x02]),
        Case("B32: a varint of eleven bytes", .usersInfoReq, nil,
            [0x10] + [UInt8](repeating: 0x80, count: 10) + [0x01]),
        Case("B32: a number above 32 bits keeps its low ones", .usersInfoReq, .usersInfoRsp,
            [0x08, 0x01, 0x10, 0x81, 0x80, 0x80, 0x80, 0x10]),
        Case("B33: longer than the rest", .changeSignInfoReq, nil, [0x08, 0x01, 0x12, 0x7F, 0x41]),
        Case("B33: a length of 2^63", .changeSignInfoReq, nil,
            [0x12] + [UInt8](repeating: 0x80, count: 9) + [0x01, 0x41]),
        Case("B34: 10,000 groups in each other", .usersInfoReq, nil,
            [UInt8](repeating: 0xFB, count: 10_000).flatMap { [$0, 0x01] }),
        Case("B34: the end of a group that never began", .usersInfoReq, nil, [0x08, 0x01, 0xFC, 0x01]),
        Case("B34: a group without an end", .usersInfoReq, nil, [0x08, 0x01, 0xFB, 0x01, 0x08, 0x01]),
        Case("B35: 200,000 unknown fields", .usersInfoReq, .usersInfoRsp,
            [UInt8](repeating: 0x78, count: 200_000).flatMap { [$0, 0x01] } + [0x10, 0x01]),
        Case("B35: field number 0", .usersInfoReq, nil, [0x10, 0x01, 0x00, 0x01]),
        Case("B35: one list packed and unpacked, a number twice", .usersInfoReq, .usersInfoRsp,
            [0x08, 0x07, 0x08, 0x01, 0x12, 0x02, 0x01, 0x02, 0x10, 0x03]),
        Case("B37: no type", .msgData, nil, message(type: [])),
        Case("B38: not UTF-8", .changeSignInfoReq, nil, sign([0xC3, 0x28])),
        Case("B38: overlong UTF-8", .changeSignInfoReq, nil, sign([0xC0, 0xAF])),
        Case("B38: a surrogate", .changeSignInfoReq, nil, sign([0xED, 0xA0, 0x80])),
        Case("B38: byte order mark, right-to-left override, 50 combining marks", .changeSignInfoReq,
            .changeSignInfoRsp, sign([UInt8]("\u{FEFF}\u{202E}a".utf8) + (0..<50).flatMap { _ in [0xCC, 0x81] })),
        Case("B39: a session type that does not exist", .removeSessionReq, nil, [0x08, 0x01, 0x10, 0x09, 0x18, 0x02]),
    ]

    @Test(arguments: cases) func whatNoClientWritesIsAnsweredOrIgnored(input: Case) async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob", "carol")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        var packet = ByteWriter()
        PDUHeader(input.command, sequence: 900, bodyByteCount: input.body.count).write(into: &packet)
        packet.append(input.body)
        alice.probe.send(packet.bytes.copied())
        if let answer = input.answer {
            _ = try await alice.expect(answer) { $0.header.sequence == 900 }
        }
        // The connection stays, and nothing was stored.
        let next = try await alice.say("next", to: 2)
        #expect(next.msgID == (input.command == .msgData && input.answer != nil ? 2 : 1))
        // What one changes about oneself is told to everybody.
        #expect(try await alice.settle().allSatisfy { $0.command == .signInfoChangedNotify })
    }
}
