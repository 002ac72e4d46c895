import Blobs
import Crypto
import DBProxy
import PostgresKit
import Primitives
import TalkProtocol
import Testing

/// Parts of files, and tokens for those who bring and get them.
@Suite(.timeLimit(.minutes(5))) struct FilePartTests {
    private static let usage = "select files || ' of ' || bytes from blob_usage where user_id = 1 and kind = 3"

    private let probe: DatabaseProbe
    private let store: Int32

    init() async throws {
        probe = try await DatabaseProbe()
        let probe = probe
        try probe.database.execute(
            """
            insert into file_task (id, sender, receiver, name, size, mode, expires_at)
            select name, 1, 2, 'x', 10, 2, now() + interval '1 day' from unnest(array['a', 'b']) name
            """)
        store = try await probe.call {
            $0.enterStore(mark: "m", of: "node-1", host: "127.0.0.1", port: 8700, $1)
        }
    }

    private func blob(_ number: UInt8, as kind: BlobKind) async throws -> BlobID {
        let id = try digest(of: number)
        let blob = BlobRecord(id: id, byteCount: 100, type: 0, stores: [store])
        _ = try await probe.call {
            $0.storeBlob(blob, wanted: 1, by: UserID(1), as: kind, life: kind == .part ? 100 : nil, $1)
        }
        return id
    }

    private func digest(of number: UInt8) throws -> BlobID {
        let bytes = [number]
        let digest = SHA256.digest(bytes.rawBytes)
        let id = BlobID(digest.rawBytes)
        return try #require(id)
    }

    private func add(_ blob: BlobID, at start: Int, to task: String) async throws -> Bool {
        try await probe.call { $0.addFilePart(FilePart(start: start, blob: blob), of: task, life: 1_000, $1) }
    }

    @Test func partsThatNobodyElseWantsGoWithTheEndOfTheirFile() async throws {
        let own = try await blob(1, as: .part)
        let shared = try await blob(2, as: .part)
        let picture = try await blob(3, as: .part)
        _ = try await blob(3, as: .picture)
        for (start, part) in [own, shared, picture].enumerated() {
            #expect(try await add(part, at: start, to: "a"))
        }
        #expect(try await add(shared, at: 0, to: "b"))
        #expect(try await probe.call { $0.fileParts(of: "a", $1) }.map(\.blob) == [own, shared, picture])
        #expect(try await probe.call { $0.endFileParts(of: "a", $1) } == 1)
        #expect(try await probe.call { $0.blob(own, $1) } == nil)
        #expect(try await probe.call { $0.blob(shared, $1) } != nil)
        #expect(try await probe.call { $0.blob(picture, $1) } != nil)
        #expect(try await probe.call { $0.fileParts(of: "b", $1) }.map(\.blob) == [shared])
        #expect(try probe.database.execute(Self.usage) == "1 of 100")
        // What lay at its end only: it is kept as long as its part is.
        #expect(try await probe.call { $0.endFileParts(of: "b", $1) } == 1)
        #expect(try await add(own, at: 9, to: "b"))
        #expect(try await probe.call { $0.blob(own, $1) } != nil)
    }

    @Test func ofTwoPartsForOnePlaceTheFirstStaysAndTheOtherGoes() async throws {
        let (first, second, shared) = (
            try await blob(1, as: .part), try await blob(2, as: .part), try await blob(3, as: .part))
        #expect(try await add(first, at: 0, to: "a"))
        #expect(try await add(shared, at: 0, to: "b"))
        for loser in [second, shared] { #expect(try await add(loser, at: 0, to: "a")) }
        #expect(try await add(first, at: 0, to: "a"))
        #expect(try await probe.call { $0.fileParts(of: "a", $1) }.map(\.blob) == [first])
        #expect(try await probe.call { $0.blob(first, $1) } != nil)
        #expect(try await probe.call { $0.blob(second, $1) } == nil)
        #expect(try await probe.call { $0.blob(shared, $1) } != nil)
        // One that comes too late goes too.
        let late = try await blob(4, as: .part)
        #expect(try await probe.call { $0.removeFileTask("a", of: UserID(1), $1) })
        #expect(try await !add(late, at: 1, to: "a"))
        #expect(try await probe.call { $0.blob(late, $1) } == nil)
        #expect(try probe.database.execute(Self.usage) == "2 of 200")
    }

    @Test func aPartOfAFileThatIsWholeOrGoneIsNone() async throws {
        let part = try await blob(1, as: .part)
        let strange = try digest(of: 9)
        #expect(try await !add(strange, at: 0, to: "a"))
        #expect(try await !add(part, at: 0, to: "c"))
        #expect(try await probe.call { $0.storeFile(of: "a", as: part, $1) })
        // Said again, as the word of it may have been lost; but not of another file.
        #expect(try await probe.call { $0.storeFile(of: "a", as: part, $1) })
        let other = try await blob(2, as: .part)
        #expect(try await !probe.call { $0.storeFile(of: "a", as: other, $1) })
        #expect(try await !add(other, at: 0, to: "a"))
        #expect(try await probe.call { $0.removeFileTask("b", of: UserID(1), $1) })
        #expect(try await !add(part, at: 0, to: "b"))
    }

    @Test func tokensAreFewAndOfOneUserAndTask() async throws {
        let digests = (UInt8(0)..<10).map { [UInt8](repeating: $0, count: 32) }
        for digest in digests {
            #expect(
                try await probe.call { $0.addFileToken(digest: digest, to: "a", for: UserID(2), life: 60, $1) })
        }
        #expect(try probe.database.execute("select count(*) from file_token") == "8")
        #expect(
            try await !probe.call { $0.addFileToken(digest: digests[0], to: "a", for: UserID(3), life: 60, $1) })
        let last = digests[9]
        let access = try await probe.call { $0.fileTask("a", forToken: last, $1) }
        #expect(access?.user == UserID(2) && access?.task.sender == UserID(1))
        #expect(try await probe.call { $0.fileTask("b", forToken: last, $1) } == nil)
        try probe.database.execute("update file_token set expires_at = now()")
        #expect(try await probe.call { $0.fileTask("a", forToken: last, $1) } == nil)
        _ = try await probe.call { $0.expireFileTasks(limit: 100, $1) }
        #expect(try probe.database.execute("select count(*) from file_token") == "0")
    }
}
