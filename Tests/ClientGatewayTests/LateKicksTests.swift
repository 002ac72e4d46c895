@testable import ClientGateway
import Membership
import Presence
import Primitives
import TalkProtocol
import Testing

@Suite struct LateKicksTests {
    private func node(_ number: UInt16) throws -> NodeID { try #require(NodeID(rawValue: number)) }

    @Test func aNodeGetsItsOwnOnce() throws {
        var kicks = LateKicks()
        let (one, other) = try (node(1), node(2))
        let first = LateKicks.Kick(node: one, user: 7, body: [1])
        let second = LateKicks.Kick(node: one, user: 8, body: [2])
        kicks.add(first)
        kicks.add(.init(node: other, user: 7, body: [3]))
        kicks.add(second)
        let (taken, again) = (kicks.take(for: one), kicks.take(for: one))
        #expect(taken == [first, second] && again == [])
    }

    @Test func theyAreBounded() throws {
        var kicks = LateKicks()
        let one = try node(1)
        for user in 0...UInt64(LateKicks.capacity) { kicks.add(.init(node: one, user: user, body: [])) }
        let taken = kicks.take(for: one)
        #expect(taken.count == LateKicks.capacity)
    }

    @Test func aKickCrossesTheBus() throws {
        var writer = ByteWriter()
        RemoteKick(device: .mobile, reason: .mobileKick, login: LoginEpoch(rawValue: 70_000)).write(into: &writer)
        let bytes = writer.bytes
        let read = RemoteKick(bytes)
        let kick = try #require(read)
        #expect(kick.device == .mobile && kick.reason == .mobileKick && kick.login.rawValue == 70_000)
        for length in 0..<bytes.byteCount {
            let partial = RemoteKick(bytes.extracting(first: length))
            #expect(partial == nil)
        }
    }
}
