import Node
import PostgresKit
import Primitives
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// The log of calls, of clients on nodes that run and of those that die.
@Suite(.timeLimit(.minutes(5))) struct CallLogTests {
    private let cluster: TestCluster

    init() throws {
        cluster = try TestCluster()
        try cluster.addUsers("alice", "bob", "carol")
    }

    private func log(_ client: TalkClient, before: UInt64 = 0) async throws -> [IMAVCallLogEntry] {
        let answer: IMAVCallLogRes = try await client.ask(
            .avCallLogReq, IMAVCallLogReq(userID: 0, before: before, limit: 50), .avCallLogRes)
        return answer.calls
    }

    private func call(_ client: TalkClient, _ number: UInt64) async {
        await client.send(
            .avCallInitiateReq,
            IMAVCallInitiateReq(
                fromID: 1, toID: 2, callID: number, callerClientType: .windows, body: [UInt8]("v=0".utf8)))
    }

    private func sees(_ client: TalkClient, _ user: UInt32) async throws {
        try await eventually {
            let stat: IMUsersStatRsp = try await client.ask(
                .usersStatReq, IMUsersStatReq(userID: 1, userIDList: [user]), .usersStatRsp)
            return stat.userStatList.first?.status == .online
        }
    }

    @Test("both see a call that was taken, refused or missed, nobody else does, and so does the administration")
    func outcomes() async throws {
        let alice = try await TalkClient.logIn("alice", as: .windows, at: cluster[0])
        await call(alice, 1)
        let _: IMAVCallInitiateRes = try await alice.push(.avCallInitiateRes)
        let bob = try await TalkClient.logIn("bob", as: .mac, at: cluster[1])
        try await sees(alice, 2)
        for (number, code) in [(UInt64(2), UInt32(1)), (3, 0)] {
            await call(alice, number)
            let _: IMAVCallInitiateReq = try await bob.push(.avCallInitiateReq)
            if number == 3 { try await eventually { try await log(alice).first?.ended == nil } }
            await bob.send(
                .avCallInitiateRes,
                IMAVCallInitiateRes(
                    fromID: 1, toID: 2, callID: number, calledClientType: .mac, code: code, reason: "", body: [7]))
            let _: IMAVCallInitiateRes = try await alice.push(.avCallInitiateRes)
        }
        await bob.send(.avCallHungUpReq, IMAVCallHungUpReq(fromID: 1, toID: 2, callID: 3))
        for client in [alice, bob] {
            try await eventually { try await log(client).map(\.outcome) == [0, 1, 3] }
        }
        let calls = try await log(bob)
        #expect(calls.allSatisfy { $0.fromID == 1 && $0.toID == 2 && $0.isVideo == 0 })
        #expect(calls.map { $0.answered != nil } == [true, false, false])
        #expect(try await log(bob, before: calls[1].number).map(\.outcome) == [3])
        let carol = try await TalkClient.logIn("carol", at: cluster[1])
        #expect(try await log(carol).isEmpty)
        let probe = try AdminProbe(cluster.nodes[1])
        let listed = try probe.get("/admin/v1/calls?user=2&limit=2")
        #expect(listed["items"]?.items.map { $0["outcome"]?.text } == ["answered", "refused"])
        #expect(try probe.get("/admin/v1/calls?user=3")["items"]?.items.isEmpty == true)
    }

    @Test("a call whose node has died is in the log once, as lost, and one that the database did not hear of, too")
    func deaths() async throws {
        let alice = try await TalkClient.logIn("alice", as: .windows, at: cluster[0])
        let bob = try await TalkClient.logIn("bob", as: .mac, at: cluster[1])
        try await sees(alice, 2)
        await call(alice, 9)
        let _: IMAVCallInitiateReq = try await bob.push(.avCallInitiateReq)
        try await eventually { try await log(bob).count == 1 }
        // A life of the node that nobody else has seen end.
        try cluster.nodes[0].database.execute("update call_record set epoch = epoch - 1")
        try await eventually { try await log(bob).map(\.outcome) == [6] }
        let _: IMAVCallCancelRes = try await alice.ask(
            .avCallCancelReq, IMAVCallCancelReq(fromID: 1, toID: 2, callID: 9), .avCallCancelRes)
        // It was not gone: its own word is the last.
        try await eventually { try await log(bob).map(\.outcome) == [5] }
    }
}
