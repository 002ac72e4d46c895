import ClientGateway
import Membership
import Presence
import Testing

@Suite struct ClusterViewTests {
    @Test("others may store messages while the database knows of some, whether they are seen or not")
    func others() throws {
        let node = try #require(NodeID(rawValue: 1)), epoch = try #require(NodeEpoch(rawValue: 1))
        let view = ClusterView(PresenceTable(own: Peer(node, epoch)))
        // Nobody has asked yet.
        #expect(view.mayHaveOthers && !view.hasPeers)
        view.set(registered: 0)
        #expect(!view.mayHaveOthers)
        view.set(peers: 1)
        #expect(view.mayHaveOthers)
        view.set(registered: 1)
        view.set(peers: 0)
        #expect(view.mayHaveOthers && !view.hasPeers)
    }
}
