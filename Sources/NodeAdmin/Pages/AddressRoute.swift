import Barcode
import HTTPCore
import Primitives
import Reactor

/// Where people find the cluster: an address to type, and a code to point the camera of a phone at.
public enum AddressRoute {
    /// - Parameter url: of the public port, as people reach it; empty: that of the node.
    public static func all(_ facts: any NodeFacts, at url: String) -> [Route] {
        [
            Route(
                .get, "/admin/v1/address", "Where people and clients find the node", scope: .read, gives: schema
            ) { call in
                let url = url.isEmpty ? facts.publicURL : url
                call.answer(
                    .object([
                        ("url", .string("\(url)/")), ("login_server", .string("\(url)/msg_server")),
                        ("local", .bool(isOfEachMachine(url))), ("qr", .array(rows(of: "\(url)/").map(JSON.string))),
                    ]))
            }.ofOneNode()
        ]
    }

    private static let schema = JSONSchema.object([
        .init("url", .string, "of the chat page"),
        .init("login_server", .string, "what the apps are given"),
        .init("local", .bool, "each machine finds itself there: no other one can reach the node by it"),
        .init(
            "qr", .array(of: .string, lengths: 0...57),
            "QR code of the URL, a text for each row: 1 is dark, and four light modules belong around it; empty: the "
                + "URL is too long for one"),
    ])

    private static func rows(of url: String) -> [String] {
        guard let code = QRCode(url.utf8) else { return [] }
        return (0..<code.size).map { row in
            String((0..<code.size).map { code[row: row, column: $0] ? "1" : "0" })
        }
    }

    /// Loopback, or what is good for listening only.
    private static func isOfEachMachine(_ url: String) -> Bool {
        let host = url.firstRange(of: "://").map { String(url[$0.upperBound...]) } ?? url
        let name = LookupCaller.name(in: host)
        return LookupCaller.isLoopback(name) || SocketAddress(numeric: name, port: 0)?.isAny == true
    }
}
