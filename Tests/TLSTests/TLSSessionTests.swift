import Primitives
import TLS
import TLSKit
import Testing

@Suite struct TLSSessionTests {
    @Test("two sides agree, and read what the other sends, in pieces of any size", arguments: [1, 7, 1_000, 100_000])
    func talk(pieces: Int) throws {
        let pair = try Pair(to: "example.test", pieces: pieces)
        try pair.shakeHands()
        #expect(pair.isEstablished)
        let words = [UInt8]((0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let up = try pair.send(words, from: pair.client)
        #expect(up == words)
        let down = try pair.send(words, from: pair.server)
        #expect(down == words)
    }

    @Test("a certificate for an address is found by it")
    func address() throws {
        let pair = try Pair(to: "127.0.0.1")
        try pair.shakeHands()
        #expect(pair.isEstablished)
    }

    @Test("a certificate for another name or address is not accepted", arguments: ["example.org", "127.0.0.2"])
    func otherName(host: String) throws {
        let pair = try Pair(to: host)
        let error = #expect(throws: TLSError.self) { try pair.shakeHands() }
        guard case .certificate = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("nor one that nobody signed whom the client believes")
    func strange() throws {
        let certificates = try TestCertificates.shared.get()
        let pair = try Pair(to: "example.test", server: certificates.stranger)
        let error = #expect(throws: TLSError.self) { try pair.shakeHands() }
        #expect(error?.description.hasPrefix("its certificate is not accepted: self-signed") == true)
    }

    @Test("bytes that are no TLS are refused, and answered with an alert at most")
    func noise() throws {
        let certificates = try TestCertificates.shared.get()
        let context = try TLSContext(server: certificates.server)
        let noises = [[UInt8]("GET / HTTP/1.1\r\n\r\n".utf8), [UInt8](repeating: 0, count: 600), [22, 3, 1, 0xff, 0xff]]
        for noise in noises {
            var server = try TLSSession(server: context)
            var plaintext = ByteWriter()
            var output = ByteWriter()
            var isRefused = false
            do {
                // An announced length may not be full yet.
                for _ in 0..<200 { try server.receive(noise.rawBytes, plaintext: &plaintext, output: &output) }
            } catch {
                isRefused = true
            }
            #expect(isRefused)
            let (read, sent) = (plaintext.count, output.count)
            #expect(read == 0 && sent < 64)
        }
    }

    @Test("a byte that was changed on the way ends the connection")
    func tampered() throws {
        let pair = try Pair(to: "example.test")
        try pair.shakeHands()
        var output = ByteWriter()
        try pair.client.session.send([1, 2, 3].rawBytes, output: &output)
        var bytes = output.bytes.copied()
        bytes[bytes.count - 1] ^= 1
        var plaintext = ByteWriter()
        var answer = ByteWriter()
        var isRefused = false
        do {
            try pair.server.session.receive(bytes.rawBytes, plaintext: &plaintext, output: &answer)
        } catch {
            isRefused = true
        }
        #expect(isRefused)
        let read = plaintext.count
        #expect(read == 0)
    }

    @Test("close_notify is told from a connection that was cut")
    func ending() throws {
        let pair = try Pair(to: "example.test")
        try pair.shakeHands()
        let isEarly = pair.server.session.inputEnded
        #expect(!isEarly)
        var output = ByteWriter()
        var plaintext = ByteWriter()
        var answer = ByteWriter()
        pair.client.session.close(output: &output)
        try pair.server.session.receive(output.bytes, plaintext: &plaintext, output: &answer)
        let hasEnded = pair.server.session.inputEnded
        #expect(hasEnded)
    }

    @Test("two that share a key need no certificate, and the connection has no other way in")
    func sharedKey() throws {
        let key = [UInt8](repeating: 7, count: 32)
        let pair = try Pair(sharing: key, key)
        try pair.shakeHands()
        #expect(pair.isEstablished)
        let words = [UInt8]("hello".utf8)
        let (up, down) = (try pair.send(words, from: pair.client), try pair.send(words, from: pair.server))
        #expect(up == words && down == words)

        let other = try Pair(sharing: key, [UInt8](repeating: 8, count: 32))
        #expect(throws: TLSError.self) { try other.shakeHands() }
        let otherIsIn = other.server.session.isEstablished
        #expect(!otherIsIn)

        let certificates = try TestCertificates.shared.get()
        let stranger = try Pair(
            TLSContext(clientBelieving: certificates.authority), TLSContext(sharing: key, accepts: true))
        #expect(throws: TLSError.self) { try stranger.shakeHands() }
        let strangerIsIn = stranger.server.session.isEstablished
        #expect(!strangerIsIn)

        let impostor = try Pair(
            TLSContext(sharing: key, accepts: false), TLSContext(server: certificates.server))
        #expect(throws: TLSError.self) { try impostor.shakeHands() }
        let impostorIsIn = impostor.client.session.isEstablished
        #expect(!impostorIsIn)
    }

    @Test("files that are missing, no certificates, or do not belong together are named")
    func files() throws {
        let certificates = try TestCertificates.shared.get()
        let missing = #expect(throws: TLSError.self) { try TLSContext(clientBelieving: "/nowhere.pem") }
        #expect(missing?.description.hasPrefix("/nowhere.pem: ") == true)
        let wrong = #expect(throws: TLSError.self) {
            try TLSContext(
                server: .init(certificate: certificates.server.certificate, key: certificates.stranger.key))
        }
        guard case .file(certificates.stranger.key, _) = wrong else {
            Issue.record("\(String(describing: wrong))")
            return
        }
    }
}

/// Both sides of a connection, and the wire between them.
private final class Pair {
    final class Side {
        var session: TLSSession
        /// What it has sent and the other side not received.
        var wire = ByteWriter()

        init(_ session: consuming TLSSession, _ wire: consuming ByteWriter = ByteWriter()) {
            self.session = session
            self.wire = wire
        }
    }

    let client: Side
    let server: Side
    private let pieces: Int

    var isEstablished: Bool { client.session.isEstablished && server.session.isEstablished }

    convenience init(to host: String, server identity: TLSContext.Identity? = nil, pieces: Int = 100_000) throws {
        let certificates = try TestCertificates.shared.get()
        try self.init(
            TLSContext(clientBelieving: certificates.authority), TLSContext(server: identity ?? certificates.server),
            host: host, pieces: pieces)
    }

    convenience init(sharing clientKey: [UInt8], _ serverKey: [UInt8]) throws {
        try self.init(TLSContext(sharing: clientKey, accepts: false), TLSContext(sharing: serverKey, accepts: true))
    }

    init(
        _ clients: TLSContext, _ servers: TLSContext, host: String = "example.test", pieces: Int = 100_000
    ) throws {
        self.pieces = pieces
        var wire = ByteWriter()
        let session = try TLSSession(client: clients, host: host, output: &wire)
        client = Side(session, wire)
        server = Side(try TLSSession(server: servers))
    }

    func shakeHands() throws {
        for _ in 0..<10 where !isEstablished { _ = try exchange() }
        _ = try exchange()
    }

    /// What the other side reads.
    func send(_ bytes: [UInt8], from side: Side) throws -> [UInt8] {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(TLSSession.maxRecordBytes))
            rest = rest.dropFirst(part.count)
            try side.session.send(part.rawBytes, output: &side.wire)
        }
        return try exchange()
    }

    /// Carries what waits both ways; returns the plaintext that came out.
    private func exchange() throws -> [UInt8] {
        let up = take(client)
        let down = take(server)
        return try carry(up, to: server) + carry(down, to: client)
    }

    private func take(_ side: Side) -> [UInt8] {
        defer { side.wire.clear() }
        return side.wire.bytes.copied()
    }

    private func carry(_ bytes: [UInt8], to side: Side) throws -> [UInt8] {
        var plaintext = ByteWriter()
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            let piece = Array(bytes[start..<min(start + pieces, bytes.count)])
            try side.session.receive(piece.rawBytes, plaintext: &plaintext, output: &side.wire)
        }
        return plaintext.bytes.copied()
    }
}
