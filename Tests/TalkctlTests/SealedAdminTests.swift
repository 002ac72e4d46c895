import Node
import Reactor
import TLS
import TLSKit
import Testing
import WireKit

@testable import talkctl

/// The administration port over TLS, as operators reach it.
@Suite(.timeLimit(.minutes(5))) struct SealedAdminTests {
    private let certificates: TestCertificates
    private let node: TestNode

    init() throws {
        certificates = try TestCertificates.shared.get()
        let server = certificates.server
        node = try TestNode(nil, ["admin.tls_certificate": server.certificate, "admin.tls_key": server.key])
    }

    private var port: UInt16 { node.node.adminAddress.port }

    private func place(_ admin: String, certificate: String?) throws -> Place {
        let place = try Place(node.database, admin: admin)
        if let certificate { try place.append("admin.tls_certificate = \(certificate)\nadmin.tls_key = unread") }
        return place
    }

    @Test("the configuration of a node names the certificate that it must show, whatever that is for")
    func ownNode() throws {
        let own = try place("0.0.0.0:\(port)", certificate: certificates.server.certificate)
        #expect(own.run("nodes").output.contains("127.0.0.1:"))
        #expect(own.run("doctor").output.contains("ok    node_ready: "))
        let other = try place("127.0.0.1:\(port)", certificate: certificates.stranger.certificate)
        let result = other.run("nodes")
        #expect(result.code == 1 && result.output.isEmpty)
        #expect(result.complaint.contains("the certificate of https://127.0.0.1:\(port) is not believed"))
        // Renewed, and the node was told.
        let stranger = certificates.stranger
        try node.reload(["admin.tls_certificate": stranger.certificate, "admin.tls_key": stranger.key])
        #expect(other.run("nodes").code == 0)
        let late = try place("127.0.0.1:\(port)", certificate: certificates.server.certificate)
        #expect(late.run("nodes").code == 1)
        #expect(try node.metric("grapevine_certificate_days_left{port=\"admin\"}") == 1)
    }

    @Test func ofAnyOtherNodeNameAndAuthorityCount() throws {
        let place = try place("127.0.0.1:1", certificate: nil)
        let known = "--admin https://127.0.0.1:\(port) --authorities \(certificates.authority)"
        #expect(place.run("nodes \(known)").output.contains("127.0.0.1:"))
        let unknown = place.run("nodes --admin https://127.0.0.1:\(port)")
        #expect(unknown.code == 1 && unknown.complaint.contains("is not believed"))
        let misnamed = place.run("nodes --admin https://localhost:\(port) --authorities \(certificates.authority)")
        #expect(misnamed.code == 1 && misnamed.complaint.contains("is not believed"))
        #expect(place.run("nodes --admin 127.0.0.1:\(port) --authorities \(certificates.authority)").code == 2)
        #expect(place.run("nodes --admin https://127.0.0.1:\(port) --authorities /none").code == 2)
        let sealed = try self.place("127.0.0.1:\(port)", certificate: certificates.server.certificate)
        let told = sealed.run("nodes --admin 127.0.0.1:\(port)")
        #expect(told.code == 2 && told.complaint.contains("--admin https://127.0.0.1:\(port)"), "\(told.complaint)")
        let plain = try TestNode()
        let silent = place.run("nodes --admin https://\(plain.node.adminAddress)")
        #expect(silent.code == 1 && silent.complaint.contains("does not speak TLS"))
    }
}
