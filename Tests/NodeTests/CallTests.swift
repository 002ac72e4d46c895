import ClientGateway
import Node
import PostgresKit
import Primitives
import Reactor
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Calls between clients on nodes that run.
@Suite(.timeLimit(.minutes(3))) struct CallTests {
    private let cluster: TestCluster
    private let sdp = [UInt8]("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n".utf8)

    init() throws {
        cluster = try TestCluster()
        try cluster.addUsers("alice", "bob", "carol")
    }

    private func logIn(_ name: String, _ type: ClientType, at node: Int) async throws -> TalkClient {
        try await TalkClient.logIn(name, as: type, at: cluster[node])
    }

    /// Lets bob ring, once the node of the caller sees so many devices of him.
    private func call(_ alice: TalkClient, _ number: UInt64 = 77) async {
        await alice.send(
            .avCallInitiateReq,
            // Who it is says the session.
            IMAVCallInitiateReq(fromID: 9, toID: 2, callID: number, callerClientType: .windows, body: sdp))
    }

    private func rings(_ client: TalkClient, number: UInt64 = 77) async throws {
        let ring: IMAVCallInitiateReq = try await client.push(.avCallInitiateReq)
        #expect(ring.fromID == 1 && ring.toID == 2 && ring.callID == number && ring.body == sdp)
        #expect(ring.callerClientType == .windows)
    }

    private func answer(_ client: TalkClient, code: UInt32 = 0) async {
        await client.send(
            .avCallInitiateRes,
            IMAVCallInitiateRes(
                fromID: 1, toID: 2, callID: 77, calledClientType: .mac, code: code, reason: "", body: [7, 8]))
    }

    private func isOver(_ client: TalkClient) async throws {
        let over: IMAVCallCancelReq = try await client.push(.avCallCancelReq)
        #expect(over.fromID == 1 && over.toID == 2 && over.callID == 77)
    }


    @Test func theDevicesOfAllNodesRingAndOneHasIt() async throws {
        let alice = try await logIn("alice", .windows, at: 0)
        let bob = try await logIn("bob", .mac, at: 1)
        let phone = try await logIn("bob", .android, at: 0)
        try await eventually {
            let stat: IMUsersStatRsp = try await alice.ask(
                .usersStatReq, IMUsersStatReq(userID: 1, userIDList: [2]), .usersStatRsp)
            return stat.userStatList.first?.status == .online
        }
        await call(alice)
        try await rings(bob)
        try await rings(phone)
        await answer(bob)
        let taken: IMAVCallInitiateRes = try await alice.push(.avCallInitiateRes)
        #expect(taken.fromID == 2 && taken.toID == 1 && taken.callID == 77 && taken.code == 0 && taken.body == [7, 8])
        #expect(taken.calledClientType == .mac)
        try await isOver(phone)
        let ended: IMAVCallHungUpRes = try await alice.ask(
            .avCallHungUpReq, IMAVCallHungUpReq(fromID: 1, toID: 2, callID: 77), .avCallHungUpRes)
        #expect(ended.callID == 77 && ended.code == 0)
        try await isOver(bob)
        // The conversation tells of it, on all devices.
        for client in [alice, bob, phone] {
            let message: IMMsgData = try await client.push(.msgData)
            #expect(message.fromUserID == 1 && message.msgType == .singleText)
            let text = try TextCodec().decodeText(message.msgData.rawBytes)
            #expect(text == "[通话 0:00]")
        }
        #expect(try cluster.nodes[0].metric("grapevine_calls_total{outcome=\"answered\"}") == 1)
    }

    @Test func whatIsRefusedOrGivenUp() async throws {
        let alice = try await logIn("alice", .windows, at: 0)
        await call(alice)
        let away: IMAVCallInitiateRes = try await alice.push(.avCallInitiateRes)
        #expect(away.code == CallAnswer.Code.away.rawValue && away.callID == 77)
        let bob = try await logIn("bob", .mac, at: 0)
        await call(alice)
        try await rings(bob)
        await answer(bob, code: 1)
        let refused: IMAVCallInitiateRes = try await alice.push(.avCallInitiateRes)
        #expect(refused.code == 1)
        await call(alice, 78)
        try await rings(bob, number: 78)
        let _: IMAVCallCancelRes = try await alice.ask(
            .avCallCancelReq, IMAVCallCancelReq(fromID: 1, toID: 2, callID: 78), .avCallCancelRes)
        let over: IMAVCallCancelReq = try await bob.push(.avCallCancelReq)
        #expect(over.callID == 78)
        // More than a session description is none.
        await alice.send(
            .avCallInitiateReq,
            IMAVCallInitiateReq(
                fromID: 1, toID: 2, callID: 79, callerClientType: .windows,
                body: [UInt8](repeating: 0, count: CallDesk.maxBodyBytes + 1)))
        let rest = try await bob.settle()
        #expect(!rest.contains { $0.command == .avCallInitiateReq })
    }

    @Test("B56: who lets others ring again and again is told that he cannot")
    func flood() async throws {
        let alice = try await logIn("alice", .windows, at: 0)
        for number in 0..<11 { await call(alice, UInt64(number)) }
        var codes: [UInt32] = []
        for _ in 0..<11 {
            let answer: IMAVCallInitiateRes = try await alice.push(.avCallInitiateRes)
            codes.append(answer.code)
        }
        // Those that went on end away from where they are judged, so the last one may be answered first.
        #expect(codes.sorted() == [UInt32](repeating: 3, count: 10) + [5])
    }

    @Test("no call outlives the node of its caller or of its callee", arguments: [true, false], [true, false])
    func nodes(callerDies: Bool, isTalking: Bool) async throws {
        let alice = try await logIn("alice", .windows, at: 0)
        let bob = try await logIn("bob", .mac, at: 1)
        try await eventually {
            let stat: IMUsersStatRsp = try await alice.ask(
                .usersStatReq, IMUsersStatReq(userID: 1, userIDList: [2]), .usersStatRsp)
            return stat.userStatList.first?.status == .online
        }
        await call(alice)
        try await rings(bob)
        if isTalking {
            await answer(bob)
            let _: IMAVCallInitiateRes = try await alice.push(.avCallInitiateRes)
        }
        cluster.nodes[callerDies ? 0 : 1].node.stop()
        if callerDies {
            try await isOver(bob)
        } else if isTalking {
            try await isOver(alice)
        } else {
            let away: IMAVCallInitiateRes = try await alice.push(.avCallInitiateRes)
            #expect(away.code == CallAnswer.Code.away.rawValue)
        }
    }
}
