import Blobs
import DBProxy
import Primitives

/// Where blobs lie that were acknowledged.
public enum BlobHome: Sendable, Equatable {
    /// On the disks of several nodes.
    case nodes
    /// In a bucket of S3; nodes keep for a while what they took or were asked for.
    case bucket
}

/// The stores of the cluster as the database lists them, and what follows: who is asked first, and who makes a copy.
/// A pure value.
struct OtherStores {
    /// A node says every few seconds that it has its store; who has not for so long may be gone.
    static let fresh = 10
    /// Who has been silent for longer is not asked any more.
    static let gone = 60

    /// Ours; `nil` until the database knows it.
    let own: Int32?
    /// The bucket that this node can ask; `nil`: none, or the database does not know it yet.
    let bucket: Int32?
    private let home: BlobHome
    /// Folders of nodes.
    private let places: [BlobStorePlace]
    /// The same.
    let bucketPlace: BlobStorePlace?

    init(own: Int32?, bucket: Int32? = nil, home: BlobHome = .nodes, _ places: [BlobStorePlace] = []) {
        self.own = own
        self.bucket = bucket
        self.home = home
        self.places = places.filter { !$0.isBucket }
        bucketPlace = places.first { $0.id == bucket }
    }

    /// Whether a blob that these have may be acknowledged, and is not to be copied.
    func areEnough(_ stores: [Int32], wanted: Int) -> Bool {
        switch home {
        case .nodes: stores.count >= wanted
        case .bucket: bucket.map(stores.contains) ?? false
        }
    }

    var knowsBucket: Bool { bucketPlace != nil }

    /// Those of folders that are there, and those that were heard of lately besides ours.
    var counts: (known: Int, fresh: Int) {
        (places.count { !$0.isLost }, places.count { $0.id != own && Self.isFresh($0) })
    }

    func place(of store: Int32) -> BlobStorePlace? { places.first { $0.id == store } }

    private func isFresh(_ store: Int32) -> Bool {
        store == own || place(of: store).map { Self.isFresh($0) } == true
    }

    static func isFresh(_ place: BlobStorePlace) -> Bool { !place.isLost && place.secondsUnseen < fresh }

    /// Where copies of a blob go, best first: spread by its digest, so that each store gets its share, and those that
    /// were heard of lately before others.
    func targets(for id: BlobID, besides holders: [Int32]) -> [BlobStorePlace] {
        switch home {
        case .nodes: nodes(for: id, besides: holders)
        case .bucket: [bucketPlace].compactMap { $0 }.filter { !holders.contains($0.id) }
        }
    }

    /// Nodes that could have a copy, best first.
    func nodes(for id: BlobID, besides holders: [Int32]) -> [BlobStorePlace] {
        let candidates = places.filter {
            $0.id != own && !$0.isLost && $0.secondsUnseen < Self.gone && !holders.contains($0.id)
        }
        return candidates.sorted { left, right in
            (Self.isFresh(left) ? 0 : 1, id.weight(left.id), left.id)
                < (Self.isFresh(right) ? 0 : 1, id.weight(right.id), right.id)
        }
    }

    /// Whom to ask for a blob, best first: a bucket is farther than any node.
    func holders(of blob: BlobRecord) -> [BlobStorePlace] {
        nodes(having: blob) + [bucketPlace].compactMap { $0 }.filter { blob.stores.contains($0.id) }
    }

    private func nodes(having blob: BlobRecord) -> [BlobStorePlace] {
        blob.stores.filter { $0 != own }.compactMap(place)
            .filter { !$0.isLost && $0.secondsUnseen < Self.gone }
            .sorted { ($0.secondsUnseen < Self.fresh ? 0 : 1, $0.id) < ($1.secondsUnseen < Self.fresh ? 0 : 1, $1.id) }
    }

    /// Whether there could be more copies of what has so many.
    func haveRoom(besides copies: Int) -> Bool { bucketPlace != nil || copies < counts.known }

    /// Whether this store moves a blob to where it is wanted: of all that have it and live, the one with the lowest
    /// number; where only the bucket has it, the first of its weights.
    func moves(_ blob: BlobRecord, to target: BlobMove.Target) -> Bool {
        guard let own else { return false }
        if let holder = places.filter({ blob.stores.contains($0.id) && isFresh($0.id) }).map(\.id).min() {
            return holder == own
        }
        let fresh = places.filter { isFresh($0.id) }
        return target == .nodes && fresh.min { blob.id.weight($0.id) < blob.id.weight($1.id) }?.id == own
    }

    /// Where a further copy of a blob that has too few goes, best first, if it is this store that makes it: of all that
    /// have it and live, the one with the lowest number does.
    func targets(forShort blob: BlobRecord) -> [BlobStorePlace] {
        guard let own, blob.stores.filter(isFresh).min() == own else { return [] }
        return targets(for: blob.id, besides: blob.stores).filter { $0.isBucket || Self.isFresh($0) }
    }
}

extension BlobID {
    /// Of a store for this blob; the lowest comes first (rendezvous hashing, Thaler and Ravishankar 1998).
    func weight(_ store: Int32) -> UInt64 {
        mix64((bytes.rawBytes.bigEndian(at: 0, as: UInt64.self) ?? 0) ^ mix64(UInt64(UInt32(bitPattern: store))))
    }
}
