import Foundation
import Node
import SocketKit
import TalkProtocol
import TLS
import TLSKit
import Testing
import WireKit

/// Clients behind a proxy that says whose each connection is.
@Suite(.timeLimit(.minutes(5))) struct ProxyTests {
    @Test func theHeaderComesBeforeTheLogin() async throws {
        let node = try TestNode(nil, ["client.proxy_protocol": "on"])
        try node.addUsers("alice")
        let client = try await TalkClient.connect(to: node.node.clientAddress)
        client.probe.send([UInt8]("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n".utf8))
        let answer = try await client.logIn("alice")
        #expect(answer.resultCode == .success)
    }

    @Test func withoutAHeaderNobodyIsLetIn() async throws {
        let node = try TestNode(nil, ["client.proxy_protocol": "on"])
        let client = try await TalkClient.connect(to: node.node.clientAddress)
        client.probe.send([UInt8]("GET / HTTP/1.1\r\n\r\n".utf8))
        _ = try await client.probe.ending()
    }

    @Test func thePortForFilesKnowsTheHeaderToo() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "proxy-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificates = try TestCertificates.shared.get()
        let node = try TestNode(
            nil,
            [
                "media.folder": folder, "media.listen": "127.0.0.1:0", "files.listen": "127.0.0.1:0",
                "media.reserve": "0B", "files.proxy_protocol": "on",
                "files.tls_certificate": certificates.server.certificate, "files.tls_key": certificates.server.key,
            ])
        let address = try #require(node.node.filesAddress)
        let client = try await TalkClient.connect(to: address)
        client.probe.send([UInt8]("PROXY TCP4 192.0.2.1 192.0.2.2 56324 8600\r\n".utf8))
        let _: IMHeartBeat = try await client.ask(.heartBeat, IMHeartBeat(), .heartBeat)
        // What is sealed begins behind the header.
        let sealed = try await TalkClient.connect(to: address)
        sealed.probe.send([UInt8]("PROXY TCP4 192.0.2.1 192.0.2.2 56324 8600\r\n".utf8))
        await sealed.probe.startTLS(try TLSContext(clientBelieving: certificates.authority))
        let _: IMHeartBeat = try await sealed.ask(.heartBeat, IMHeartBeat(), .heartBeat)
        let bare = try await TalkClient.connect(to: address)
        await bare.send(.heartBeat, IMHeartBeat())
        _ = try await bare.probe.ending()
    }
}
