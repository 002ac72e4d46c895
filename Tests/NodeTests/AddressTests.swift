import Primitives
import Testing
import WireKit

/// Where people find the cluster, as the administration port tells it.
@Suite(.timeLimit(.minutes(5))) struct AddressTests {
    private func address(_ settings: [String: String]) throws -> AdminProbe.Answer {
        try AdminProbe(TestNode(nil, settings)).get("/admin/v1/address")
    }

    @Test func itIsTheOneThatClientsAreTold() throws {
        let told = try address(["client.advertise": "chat.example.org:8000"])
        let url = try #require(told["url"]?.text)
        #expect(url.hasPrefix("http://chat.example.org:") && url.hasSuffix("/"))
        #expect(told["login_server"]?.text == "\(url)msg_server")
        #expect(told["local"]?.isTrue == false)
        let rows = told["qr"]?.items.compactMap(\.text) ?? []
        #expect(rows.count >= 21 && rows.allSatisfy { $0.count == rows.count })
    }

    @Test func aURLOfItsOwnIsToldAsItIs() throws {
        let told = try address(["http.advertise": "https://im.example.org"])
        #expect(told["url"]?.text == "https://im.example.org/" && told["local"]?.isTrue == false)
    }

    @Test func whereEachMachineFindsItselfItSaysSo() throws {
        #expect(try address([:])["local"]?.isTrue == true)
        for url in ["http://localhost:8080", "http://[::1]:8080", "http://0.0.0.0"] {
            #expect(try address(["http.advertise": url])["local"]?.isTrue == true, "\(url)")
        }
    }

    @Test func aNameThatIsTooLongForACodeIsStillTold() throws {
        let name = Array(repeating: "a-long-part-of-a-name", count: 11).joined(separator: ".")
        let told = try address(["http.advertise": "https://\(name)"])
        #expect(told["url"]?.text == "https://\(name)/" && told["qr"]?.items.isEmpty == true)
    }
}
