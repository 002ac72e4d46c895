import HTTPCore
public import HTTPServer
import Primitives

/// The page in which people talk, on the public HTTP port, and which nodes it may go to when this one is gone.
public enum ChatFace {
    private static let folder = "/chat/"

    public static func add(to service: HTTPService, _ facts: any NodeFacts) {
        for file in Face.chat.files {
            let path = path(of: file.name)
            let file = file.name == "index.html" ? naming(Face.chat.version, in: file) : file
            service.add(.get, path) { request, _, answer in
                answer(Face.response(file, to: request, policy: policy(facts, for: request)))
            }
            guard path.hasPrefix(folder) else { continue }
            // A node of another version has the same file, perhaps with other contents: nobody keeps what it gives.
            service.add(.get, folder + "{version}/" + file.name) { request, parameters, answer in
                let isLasting = parameters["version"] == Face.chat.version
                answer(Face.response(file, to: request, policy: policy(facts, for: request), isLasting: isLasting))
            }
        }
        service.add(.get, "/api/servers") { request, _, peer, answer in
            let servers = facts.servers(isLocal: LookupCaller(host: request.headers["host"], peer).isLocal)
            let list = servers.map { JSON.object([("host", .string($0.host)), ("port", .number(Int($0.port)))]) }
            var response = HTTPResponse.json(.ok, .object([("servers", .array(list))]))
            response.set("Cache-Control", "no-store")
            answer(response)
        }
    }

    /// A service worker has to do with what lies below it, so that one lies at the top.
    private static func path(of name: String) -> String {
        switch name {
        case "index.html": "/"
        case "service-worker.js": "/" + name
        default: folder + name
        }
    }

    /// Scripts and styles are asked for by their version, as those of two versions do not fit each other.
    private static func naming(_ version: String, in index: Face.File) -> Face.File {
        let text = String(decoding: index.body, as: UTF8.self).replacing("{version}", with: version)
        return Face.File(index.name, body: [UInt8](text.utf8))
    }

    /// Nothing but what this port serves, voices from memory, as they come as messages, and connections to the nodes;
    /// no script may make elements from text. The workers are the only scripts that are named by a text, which
    /// `trusted-types` calls a policy.
    private static func policy(_ facts: any NodeFacts, for request: HTTPRequest) -> String {
        let nodes = facts.servers(isLocal: true).map { node in
            let host = node.host.contains(":") ? "[\(node.host)]" : node.host
            // Files go to the node of the session, on whichever port that has for them.
            return " ws://\(host):\(node.port) wss://\(host):\(node.port) http://\(host):* https://\(host):*"
        }
        // Not every browser takes 'self' for a WebSocket to the same port (CSP level 2).
        let host = request.headers["host"].flatMap { $0.utf8.allSatisfy(isOfHosts) ? $0 : nil }
        let own = host.map { " ws://\($0) wss://\($0)" } ?? ""
        return """
            default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self'; \
            media-src blob:; manifest-src 'self'; connect-src 'self'\(own)\(nodes.joined()); form-action 'none'; \
            base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types workers
            """
    }

    /// Whatever else stands in the header would be a rule of the caller's choice.
    private static func isOfHosts(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
            UInt8(ascii: "["), UInt8(ascii: "]"): true
        default: false
        }
    }
}
