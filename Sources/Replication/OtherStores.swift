import Blobs
import DBProxy
import Primitives

/// The stores of the cluster as the database lists them, and what follows: who is asked first, and who makes a copy.
/// A pure value.
struct OtherStores {
    /// A node says every few seconds that it has its store; who has not for so long may be gone.
    static let fresh = 10
    /// Who has been silent for longer is not asked any more.
    static let gone = 60

    /// Ours; `nil` until the database knows it.
    let own: Int32?
    private let places: [BlobStorePlace]

    init(own: Int32?, _ places: [BlobStorePlace] = []) {
        self.own = own
        self.places = places
    }

    func place(of store: Int32) -> BlobStorePlace? { places.first { $0.id == store } }

    private func isFresh(_ store: Int32) -> Bool {
        store == own || place(of: store).map { Self.isFresh($0) } == true
    }

    static func isFresh(_ place: BlobStorePlace) -> Bool { !place.isLost && place.secondsUnseen < fresh }

    /// Where copies of a blob go, best first: spread by its digest, so that each store gets its share, and those that
    /// were heard of lately before others.
    func targets(for id: BlobID, besides holders: [Int32]) -> [BlobStorePlace] {
        let candidates = places.filter {
            $0.id != own && !$0.isLost && $0.secondsUnseen < Self.gone && !holders.contains($0.id)
        }
        return candidates.sorted { left, right in
            (Self.isFresh(left) ? 0 : 1, id.weight(left.id), left.id)
                < (Self.isFresh(right) ? 0 : 1, id.weight(right.id), right.id)
        }
    }

    /// Whom to ask for a blob, best first.
    func holders(of blob: BlobRecord) -> [BlobStorePlace] {
        blob.stores.filter { $0 != own }.compactMap(place)
            .filter { !$0.isLost && $0.secondsUnseen < Self.gone }
            .sorted { ($0.secondsUnseen < Self.fresh ? 0 : 1, $0.id) < ($1.secondsUnseen < Self.fresh ? 0 : 1, $1.id) }
    }

    /// Whether there could be more copies of what has so many.
    func haveRoom(besides copies: Int) -> Bool { copies < places.count { !$0.isLost } }

    /// Where a further copy of a blob that has too few goes, if it is this store that makes it: of all that have it and
    /// live, the one with the lowest number does.
    func target(forShort blob: BlobRecord) -> BlobStorePlace? {
        guard let own, blob.stores.filter(isFresh).min() == own else { return nil }
        return targets(for: blob.id, besides: blob.stores).first(where: Self.isFresh)
    }
}

extension BlobID {
    /// Of a store for this blob; the lowest comes first (rendezvous hashing, Thaler and Ravishankar 1998).
    func weight(_ store: Int32) -> UInt64 {
        mix64((bytes.rawBytes.bigEndian(at: 0, as: UInt64.self) ?? 0) ^ mix64(UInt64(UInt32(bitPattern: store))))
    }
}
