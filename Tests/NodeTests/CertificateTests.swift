import Node
import Primitives
import Settings
import TLS
import TLSKit
import Testing
import WireKit

/// What operators learn of the certificates of listeners.
@Suite(.timeLimit(.minutes(5))) struct CertificateTests {
    private let certificates: TestCertificates

    init() throws {
        certificates = try TestCertificates.shared.get()
    }

    private func advice(_ more: [String: String], at now: UnixTime) throws -> [CertificateAdvice] {
        var values = [
            "postgres.dsn": "host=127.0.0.1", "cluster.secret": "b9c1f0d6a83e4752b9c1f0d6a83e4751",
            "client.tls_certificate": certificates.server.certificate, "client.tls_key": certificates.server.key,
        ]
        values.merge(more) { $1 }
        let configuration = try NodeSettings.schema.load(
            file: (path: "test", contents: values.map { "\($0) = \"\($1)\"" }.joined(separator: "\n")),
            environment: [:], arguments: [],
            readSecret: { _ throws(SecretFileError) in throw SecretFileError(reason: "no files in tests") })
        return try CertificateAdvice.all(configuration, at: now)
    }

    /// Its certificate is for two days.
    private func end() throws -> Int {
        try #require(try TLSContext(server: certificates.server).certificateEnd)
    }

    @Test func timeNameAndChainAreLookedAt() throws {
        let end = try end()
        let before = UnixTime(milliseconds: (Int64(end) - 30 * 86_400) * 1_000)
        let name = ["client.advertise": "example.test:8000"]
        // Its authority is known to the tests only.
        #expect(try advice(name, at: before).map(\.kind) == [.disbelieved])
        let found = try advice(["client.advertise": "other.test:8000"], at: before)
        #expect(found.map(\.kind) == [.otherName, .disbelieved])
        #expect(found.first?.text == "it is not for other.test, as clients call this node")
        #expect(found.allSatisfy { $0.setting == "client.tls_certificate" })
        let soon = UnixTime(milliseconds: (Int64(end) - 3 * 86_400) * 1_000)
        #expect(try advice(name, at: soon).first?.text == "it ends in 3 days")
        #expect(try advice(name, at: UnixTime(milliseconds: Int64(end) * 1_000)).map(\.kind) == [.ended, .disbelieved])
    }

    @Test func ofThePublicPortTheNameOfItsURLCounts() throws {
        let before = UnixTime(milliseconds: (Int64(try end()) - 30 * 86_400) * 1_000)
        let http = [
            "client.tls_certificate": "", "client.tls_key": "",
            "http.tls_certificate": certificates.server.certificate, "http.tls_key": certificates.server.key,
        ]
        let right = http.merging(["http.advertise": "https://127.0.0.1:8443"]) { $1 }
        #expect(try advice(right, at: before).map(\.kind) == [.disbelieved])
        let wrong = http.merging(["http.advertise": "https://im.example.org"]) { $1 }
        #expect(try advice(wrong, at: before).map(\.kind) == [.otherName, .disbelieved])
    }

    @Test func aKeyWhoseHandshakesCostMostIsSaid() throws {
        let old = ["client.tls_certificate": certificates.old.certificate, "client.tls_key": certificates.old.key]
        let before = UnixTime(milliseconds: (Int64(try end()) - 30 * 86_400) * 1_000)
        let found = try advice(old, at: before)
        #expect(found.map(\.kind) == [.disbelieved, .costlyKey])
        #expect(found.last?.text.contains("RSA of 3072 bits") == true)
    }

    @Test func whatTheSystemDoesNotKnowIsSaid() throws {
        let context = try TLSContext(server: certificates.stranger)
        #expect(context.certificateFlaw == "self-signed certificate")
        let orphan = try TLSContext(server: certificates.server)
        #expect(orphan.certificateFlaw == "unable to get local issuer certificate")
    }

    @Test func theDaysThatAreLeftAreOnTheMetricsPage() throws {
        let identity = certificates.server
        let plain = try TestNode()
        #expect(!plain.node.metrics().contains("grapevine_certificate_days_left{"))
        try plain.reload(["client.tls_certificate": identity.certificate, "client.tls_key": identity.key])
        #expect(try plain.metric("grapevine_certificate_days_left{port=\"client\"}") == 1)
        #expect(!plain.node.metrics().contains("port=\"public\"} 1."))
    }

    @Test func keysOfTicketsChangeWithTheDayAndNothingElseDoes() throws {
        let context = try TLSContext(server: certificates.server)
        let keys = [UInt8](repeating: 7, count: TLSContext.ticketKeyByteCount)
        let renewed = try TLSContext(renewing: context, ticketKeys: keys)
        #expect(try renewed.certificateEnd == end())
        #expect(renewed.isCertificate(for: "example.test") && renewed.isCertificate(for: "127.0.0.1"))
        #expect(!renewed.isCertificate(for: "other.test"))
    }
}
