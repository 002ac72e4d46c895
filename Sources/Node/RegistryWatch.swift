import DBProxy
import Membership
import Primitives

/// Holds the nodes that the database knows against those that gossip knows. They are the same, unless a node has
/// another secret, or the network lets no datagrams through: then each of them is ready, alone and silent, and users
/// are double.
struct RegistryWatch {
    /// Of nodes that gossip never heard of in this life. A start takes a second; two looks are five to ten.
    private static let looksOfStrangers = 2
    /// Of nodes that it holds for dead. The database takes who was killed for alive up to twelve seconds longer.
    private static let looksOfDead = 4
    /// Of refused datagrams.
    private static let window: Duration = .seconds(10)

    private(set) var places: [NodePlace] = []
    /// Nodes that live, says the database, and are not heard here.
    private(set) var unheard: Set<UInt16> = []
    private var looks: [Peer: Int] = [:]
    private var refusals: [(at: Instant, total: Int)] = []
    /// Datagrams of the last seconds that were refused.
    private(set) var refused = 0

    private(set) var names: [UInt16: String] = [:]

    mutating func learnNames(of places: [NodePlace]) {
        names = Dictionary(places.map { ($0.number, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameters:
    ///   - places: what the database knows of other nodes.
    ///   - standing: what gossip knows of one.
    ///   - refused: datagrams that were refused since the start.
    mutating func looked(
        at places: [NodePlace], _ standing: (NodeID) -> Standing?, refused: Int, at now: Instant
    ) {
        self.places = places
        learnNames(of: places)
        let before = looks
        looks = [:]
        unheard = []
        for place in places where place.isLively {
            guard let peer = Peer(place) else { continue }
            let known = standing(peer.node).flatMap { $0.epoch < peer.epoch ? nil : $0 }
            if known?.rank.isLive == true || known.map({ $0.epoch > peer.epoch }) == true { continue }
            let count = before[peer, default: 0] + 1
            looks[peer] = count
            if count >= (known == nil ? Self.looksOfStrangers : Self.looksOfDead) { unheard.insert(place.number) }
        }
        refusals.append((now, refused))
        if let first = refusals.lastIndex(where: { now - $0.at >= Self.window }) { refusals.removeFirst(first) }
        self.refused = refused - (refusals.first?.total ?? refused)
    }
}

extension Peer {
    init?(_ place: NodePlace) {
        guard let node = NodeID(rawValue: place.number), let epoch = NodeEpoch(rawValue: place.epoch) else {
            return nil
        }
        self.init(node, epoch)
    }
}
