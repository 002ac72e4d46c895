import Cluster
import HTTPCore
import Membership
import PostgresKit
import Primitives
import Reactor
import TalkProtocol
import Testing
import WireKit

@testable import Node
@testable import NodeAdmin

/// What `/msg_server` tells whom.
@Suite(.timeLimit(.minutes(5))) struct LookupTests {
    @Test(arguments: [
        ("192.168.1.5", "chat.example.org:8080", false), ("192.168.1.5", nil, false), ("192.168.1.5", "", false),
        ("192.168.1.5", "[fe80::1]:8080", false), ("192.168.1.5", "127.0.0.1.example.org", false),
        // What is published by a container engine, or forwarded, comes from another address of this machine.
        ("172.30.0.1", "127.0.0.1:8081", true), ("172.30.0.1", "localhost:8081", true),
        ("172.30.0.1", "[::1]:8081", true),
        ("127.0.0.1", "localhost:8080", true), ("127.0.0.1", "", true), ("::1", nil, true),
        // A reverse proxy of this machine asks for somebody else, by the name that this one has for others.
        ("127.0.0.1", "chat.example.org", false), ("::1", "192.168.1.10:8080", false),
    ])
    func aCallerIsOfThisMachineOrNot(peer: String, host: String?, isLocal: Bool) throws {
        let address = try #require(SocketAddress(numeric: peer, port: 5000))
        #expect(LookupCaller(host: host, address).isLocal == isLocal)
    }

    private func status(_ host: String, sessions: UInt32) -> PeerStatus {
        PeerStatus(isReady: true, isDraining: false, sessionCount: sessions, clientHost: host, clientPort: 8000)
    }

    @Test(arguments: ["127.0.0.1", "127.1.2.3", "::1", "localhost", "0.0.0.0", "::"])
    func loopbackIsForThisMachineOnly(host: String) throws {
        var candidates = Candidates()
        let node = try #require(NodeID(rawValue: 2))
        candidates.setPeers([node: status(host, sessions: 0)])
        #expect(candidates.take(own: status("192.168.1.10", sessions: 9), isLocal: false)?.clientHost == "192.168.1.10")
        #expect(candidates.take(own: status("127.0.0.1", sessions: 9), isLocal: false) == nil)
        #expect(candidates.take(own: status("127.0.0.1", sessions: 9), isLocal: true)?.clientHost == host)
        candidates.setPeers([node: status("chat.example.org", sessions: 9)])
        #expect(candidates.take(own: status(host, sessions: 0), isLocal: false)?.clientHost == "chat.example.org")
    }

    /// Before and after the login, as often as a client likes to ask, within reason.
    @Test func theQuestionAsAPacketIsAnsweredOnTheClientPort() async throws {
        let cluster = try TestNode()
        let address = cluster.node.clientAddress
        let client = try await TalkClient.connect(to: address)
        for _ in 0..<3 {
            let answer: IMMsgServRsp = try await client.ask(.msgServReq, IMMsgServReq(), .msgServRsp)
            #expect(answer.resultCode == .reasonNone && answer.port == UInt32(address.port))
            #expect(answer.priorIP == "127.0.0.1" && answer.backipIP == answer.priorIP)
        }
        #expect(IMMsgServRsp(.full).resultCode == .msgServerFull)
        #expect(IMMsgServRsp(.local).resultCode == .noMsgServer && IMMsgServRsp(.local).priorIP == nil)
    }

    @Test func whoIsTurnedAwayIsToldOf() throws {
        let probe = try AdminProbe()
        let state = probe.node.node.state
        #expect(try probe.get("/readyz")["warnings"]?.items.isEmpty == true)
        guard case .server = state.assignment(isLocal: true) else { return #expect(Bool(false)) }
        #expect(state.assignment(isLocal: false) == .local)
        #expect(try probe.get("/readyz")["warnings"]?.items.map { $0["code"]?.text } == ["client_address_local"])
        let events = try probe.get("/admin/v1/events")["items"]?.items.compactMap { $0["event"]?.text } ?? []
        #expect(events.contains("client_address_local"))
    }
}
