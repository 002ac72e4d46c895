import Blobs
import Crypto
import DBProxy
import PostgresKit
import Primitives
import TalkProtocol
import Testing

/// Who says what a picture looks like where it is small.
@Suite(.timeLimit(.minutes(5))) struct ThumbnailTests {
    private let alice = UserID(1)
    private let mallory = UserID(2)
    private let nobody = UserID(0)
    private let probe: DatabaseProbe
    private let store: Int32

    init() async throws {
        let probe = try await DatabaseProbe()
        self.probe = probe
        store = try await probe.call {
            $0.enterStore(mark: "m", of: "node-1", host: "127.0.0.1", port: 8700, $1)
        }
    }

    private func put(_ number: UInt8, by user: UserID, as kind: BlobKind = .picture) async throws -> BlobID {
        let bytes = [number]
        let digest = SHA256.digest(bytes.rawBytes)
        let named = BlobID(digest.rawBytes)
        let id = try #require(named)
        let blob = BlobRecord(id: id, byteCount: 100, type: 1, stores: [store])
        _ = try await probe.call { $0.storeBlob(blob, wanted: 1, by: user, as: kind, life: nil, $1) }
        return id
    }

    private func add(_ small: BlobID, of original: BlobID, by user: UserID) async throws -> Bool {
        try await probe.call { $0.addThumbnail(small, of: original, by: user, $1) }
    }

    private func shown(for original: BlobID) async throws -> BlobID? {
        try await probe.call { $0.thumbnail(of: original, $1) }
    }

    @Test func whoPutsTheSamePictureThereAgainDoesNotChooseItsSmallOne() async throws {
        let picture = try await put(1, by: alice)
        #expect(try await put(1, by: mallory) == picture)
        #expect(try await !add(put(2, by: mallory), of: picture, by: mallory))
        #expect(try await shown(for: picture) == nil)
    }

    @Test func aPictureThatSomebodyPutThereFirstDoesNotBringHisSmallOneToOthers() async throws {
        let picture = try await put(1, by: mallory)
        let small = try await put(2, by: mallory)
        #expect(try await add(small, of: picture, by: mallory))
        #expect(try await shown(for: picture) == small)
        _ = try await put(1, by: alice)
        #expect(try await shown(for: picture) == nil)
        #expect(try await !add(put(3, by: alice), of: picture, by: alice))
    }

    @Test func whatIsAFileOfAnotherOneIsStillHisPicture() async throws {
        let picture = try await put(1, by: alice)
        _ = try await put(1, by: mallory, as: .file)
        let small = try await put(2, by: alice)
        #expect(try await add(small, of: picture, by: alice))
        #expect(try await add(put(3, by: alice), of: picture, by: alice))
        #expect(try await shown(for: picture) == small)
        #expect(try await !add(small, of: picture, by: mallory))
    }

    @Test func thoseWhoShareAnAddressDoNotOwnTheirPicturesTogether() async throws {
        let picture = try await put(1, by: nobody)
        #expect(try await !add(put(2, by: nobody), of: picture, by: nobody))
        #expect(try await shown(for: picture) == nil)
    }
}
