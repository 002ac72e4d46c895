import Blobs
import Crypto
@testable import FileGateway
import Primitives
import Reactor
import TalkProtocol
import Testing

@Suite struct FileReceptionsTests {
    private func site(_ number: UInt8) throws -> SocketAddress.Host {
        try #require(SocketAddress(numeric: "10.0.0.\(number)", port: 1)).host.site
    }

    @Test func oneAddressOfStrangersLeavesTheOthersTheirs() throws {
        var receptions = FileReceptions()
        let (busy, other) = (try site(1), try site(2))
        let places = (0..<FileReceptions.mostStrangersOfSite).compactMap { _ in receptions.enter(from: busy) }
        #expect(places.count == FileReceptions.mostStrangersOfSite)
        let oneMore = receptions.enter(from: busy)
        let others = receptions.enter(from: other)
        #expect(oneMore == nil && others != nil)
        receptions.leave(places[0])
        let again = receptions.enter(from: busy)
        #expect(again != nil)
        // A sender who is known does not count for his address.
        var known = places[1]
        let isAdmitted = receptions.admit(&known, of: UserID(1), to: "a")
        let next = receptions.enter(from: busy)
        #expect(isAdmitted && next != nil)
    }

    @Test func aSenderAndAFileHaveTheirShares() throws {
        var receptions = FileReceptions()
        var admitted: [FileReceptions.Place] = []
        for number in 0..<FileReceptions.mostOfSender {
            var place = try #require(receptions.enter(from: try site(1)))
            let file = "\(number / FileReceptions.mostOfFile)"
            let isAdmitted = receptions.admit(&place, of: UserID(1), to: file)
            #expect(isAdmitted)
            admitted.append(place)
        }
        var place = try #require(receptions.enter(from: try site(1)))
        let ofSender = receptions.admit(&place, of: UserID(1), to: "x")
        let ofFile = receptions.admit(&place, of: UserID(2), to: "0")
        #expect(!ofSender && !ofFile)
        receptions.leave(admitted[0])
        let isAdmitted = receptions.admit(&place, of: UserID(1), to: "0")
        #expect(isAdmitted)
    }

    @Test func thereAreNoMoreThanThereArePlaces() throws {
        var receptions = FileReceptions()
        for number in 0..<FileReceptions.most {
            let place = receptions.enter(from: try site(UInt8(number)))
            #expect(place != nil)
        }
        let oneMore = receptions.enter(from: try site(200))
        #expect(oneMore == nil)
    }

    @Test func aDigestIsReadAsItWasNamed() throws {
        let bytes: [UInt8] = [1]
        let digest = SHA256.digest(bytes.rawBytes)
        let named = BlobID(digest.rawBytes)
        let id = try #require(named)
        for field in [id.digestField, "md5=:AAAA:, \(id.digestField)", "\(id.digestField),sha-512=:AAAA:"] {
            #expect(try BlobID.named(by: field) == id, "\(field)")
        }
        for field in ["", "md5=:AAAA:", "x-sha-256=:AAAA:"] { #expect(try BlobID.named(by: field) == nil, "\(field)") }
        for field in ["sha-256=", "sha-256=:", "sha-256=::", "sha-256=:AAAA:", "sha-256=:*:", "sha-256=x"] {
            #expect(throws: FileReply.Problem.wrongDigest, "\(field)") { try BlobID.named(by: field) }
        }
    }
}
