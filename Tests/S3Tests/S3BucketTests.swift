import Blobs
import Primitives
import Reactor
@testable import S3
import S3Kit
import TLS
import Testing

/// Against a server that is not ours, which knows our key and checks our signatures.
@Suite(.timeLimit(.minutes(2))) struct S3BucketTests {
    private func noise(_ count: Int) -> [UInt8] {
        var random = SeededRandom(seed: 1)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private func bucket(partBytes: Int = S3Bucket.partBytes) throws -> BucketOnLoop {
        let place = try TestBucket()
        return try BucketOnLoop(try place.endpoint(), place.credentials, partBytes: partBytes)
    }

    @Test("a blob is stored, looked at, read and removed", arguments: [0, 1, 100_000, 12_000_000])
    func thereAndBack(size: Int) async throws {
        // The largest goes in three parts.
        let bucket = try bucket(partBytes: 5 << 20)
        let bytes = noise(size)
        let (id, file) = try bucket.keep(bytes)
        #expect(await bucket.stat(id) == .success(nil))
        try await bucket.put(id, file, size).get()
        #expect(await bucket.stat(id) == .success(size))
        // Again: it is there.
        try await bucket.put(id, file, size).get()
        try bucket.store.remove(id)
        let writer = try bucket.store.begin()
        try await bucket.fetch(id, size, into: writer).get()
        #expect(writer.byteCount == size)
        #expect(try writer.finish() == id)
        try await bucket.remove(id).get()
        #expect(await bucket.stat(id) == .success(nil))
        try await bucket.remove(id).get()
    }

    @Test func aFetchGoesOnWhereItWas() async throws {
        let bucket = try bucket()
        let bytes = noise(400_000)
        let (id, file) = try bucket.keep(bytes)
        try await bucket.put(id, file, bytes.count).get()
        let writer = try bucket.store.begin()
        try writer.append(Array(bytes[..<150_000]).rawBytes)
        try await bucket.fetch(id, bytes.count, into: writer).get()
        #expect(try writer.finish() == id)
    }

    @Test("an object of another size is not taken, whether it is begun or gone on with", arguments: [0, 2])
    func otherSizes(begun: Int) async throws {
        let bucket = try bucket()
        let (id, file) = try bucket.keep(noise(400_000))
        try await bucket.put(id, file, 400_000).get()
        for byteCount in [399_999, 400_001] {
            let writer = try bucket.store.begin()
            try writer.append([UInt8](repeating: 0, count: begun).rawBytes)
            #expect(await bucket.fetch(id, byteCount, into: writer).failure == .otherSize)
            #expect(writer.byteCount == begun)
        }
    }

    @Test func whoGivesAByteNowAndThenDoesNotHoldAFetch() async throws {
        let dripping = try DrippingBucket()
        defer { dripping.stop() }
        let bucket = try BucketOnLoop(onPort: dripping.port, patience: .seconds(2))
        let (id, _) = try bucket.keep([1])
        let writer = try bucket.store.begin()
        #expect(await bucket.fetch(id, DrippingBucket.byteCount, into: writer).failure == .unreachable)
        #expect((1..<DrippingBucket.byteCount).contains(writer.byteCount))
    }

    @Test func whatIsNotThereIsAbsent() async throws {
        let bucket = try bucket()
        let (id, _) = try bucket.keep([1])
        #expect(await bucket.fetch(id, 1, into: try bucket.store.begin()).failure == .absent)
    }

    @Test func partsThatAreNotTheBlobBecomeNone() async throws {
        let bucket = try bucket(partBytes: 5 << 20)
        let (_, file) = try bucket.keep(noise(6_000_000))
        let (other, _) = try bucket.keep([1])
        #expect(await bucket.put(other, file, 6_000_000).failure == .disk)
        #expect(await bucket.stat(other) == .success(nil))
    }

    @Test func whoHasTheWrongSecretIsRefused() async throws {
        let place = try TestBucket()
        let endpoint = try place.endpoint()
        try await BucketOnLoop(endpoint, place.credentials).probe().get()
        let wrong = S3Credentials(accessKey: place.accessKey, secret: place.secret + "x")
        let stranger = try BucketOnLoop(endpoint, wrong)
        #expect(await stranger.probe().failure == .refused("HTTP 403"))
        let (id, file) = try stranger.keep([1, 2, 3])
        #expect(await stranger.put(id, file, 3).failure == .refused("SignatureDoesNotMatch"))
    }

    @Test func theClockOfTheOtherSideIsTold() async throws {
        let place = try TestBucket()
        let late = try BucketOnLoop(place.endpoint(), place.credentials, clock: .seconds(-300))
        #expect(await late.skew == nil)
        _ = await late.probe()
        let skew = try #require(await late.skew)
        #expect((.seconds(290)...(.seconds(310))).contains(skew))
    }

    @Test func whoIsBelievedIsAskedOverTLS() async throws {
        let place = try TestBucket(isSealed: true)
        let authorities = try #require(place.certificate)
        let bucket = try BucketOnLoop(
            place.endpoint(), place.credentials, try TLSContext(clientBelieving: authorities), partBytes: 5 << 20)
        let bytes = noise(6_000_000)
        let (id, file) = try bucket.keep(bytes)
        try await bucket.put(id, file, bytes.count).get()
        let writer = try bucket.store.begin()
        try await bucket.fetch(id, bytes.count, into: writer).get()
        #expect(try writer.finish() == id)
        // The authorities of this machine know nothing of it.
        let distrustful = try BucketOnLoop(
            place.endpoint(), place.credentials, try TLSContext(clientBelieving: nil))
        #expect(await distrustful.probe().failure == .refused("TLS"))
    }

    @Test func aBucketThatIsNotThere() async throws {
        let place = try TestBucket()
        let nowhere = try S3Endpoint(
            place.url, bucket: "no-such-bucket-here", region: "us-east-1", isPathStyle: true)
        let bucket = try BucketOnLoop(nowhere, place.credentials)
        let (id, file) = try bucket.keep([1])
        #expect(await bucket.put(id, file, 1).failure == .refused("NoSuchBucket"))
    }
}
