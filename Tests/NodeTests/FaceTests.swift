import DBProxy
import Foundation
import HTTPClient
import HTTPCore
import Node
import PostgresKit
import Primitives
import Reactor
import SocketKit
import Testing
import WireKit

/// The files of a page in the tree, by name; those that all pages share are among them.
enum PageFiles: String, CaseIterable {
    case admin, chat

    func files() throws -> [String: [UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/CFace")
        var files: [String: [UInt8]] = [:]
        for part in [rawValue, "shared"] {
            let part = folder.appending(path: part)
            for name in try FileManager.default.contentsOfDirectory(atPath: part.path) {
                let bytes = [UInt8](try Data(contentsOf: part.appending(path: name)))
                #expect(files.updateValue(bytes, forKey: name) == nil)
            }
        }
        return files
    }

    func texts() throws -> [String: String] {
        try files().mapValues { String(decoding: $0, as: UTF8.self) }
    }

    func path(of name: String) -> String {
        switch (self, name) {
        case (.admin, "index.html"): "/admin/"
        case (.chat, "index.html"): "/"
        case (.chat, "service-worker.js"): "/service-worker.js"
        default: "/\(self)/\(name)"
        }
    }

    func get(
        _ path: String, at node: TestNode, fields: KeyValuePairs<StaticString, String> = [:]
    ) throws -> HTTPReply {
        switch self {
        case .admin: return try AdminProbe.send(.get, path, nil, nil, fields, to: node)
        case .chat:
            var call = HTTPCall(.get, path)
            for (name, value) in fields { call.add(name, value) }
            return try HTTPClient.send(call, to: node.node.httpAddress, within: .seconds(10))
        }
    }
}

/// The pages as they are served; what they do in a browser is the business of `deploy/page-test`.
@Suite(.timeLimit(.minutes(5))) struct FaceTests {
    @Test(arguments: PageFiles.allCases) func everyFileIsServedAsItStandsInTheTree(page: PageFiles) throws {
        let node = try TestNode()
        let types = [
            "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml",
            "js": "text/javascript; charset=utf-8", "json": "application/manifest+json",
        ]
        let files = try page.files()
        #expect(files.count > 20)
        for (name, bytes) in files where !(page == .chat && name == "index.html") {
            let reply = try page.get(page.path(of: name), at: node)
            #expect(reply.status == 200 && reply.body == bytes, "\(name): its C file, or build again")
            #expect(reply.field("content-type") == types[URL(filePath: name).pathExtension], "\(name)")
            #expect(reply.field("cache-control") == "no-cache")
            #expect(reply.field("x-content-type-options") == "nosniff")
            #expect(reply.field("referrer-policy") == "no-referrer")
            let policy = reply.field("content-security-policy") ?? ""
            for rule in [
                "default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
            ] {
                #expect(policy.contains(rule), "\(name)")
            }
            #expect(!policy.contains("unsafe"))
            // Voices come as messages; pictures come from the page's own port, whatever address they are told by.
            #expect(policy.contains("media-src blob:") == (page == .chat) && policy.contains("img-src 'self';"))
        }
    }

    /// The answer to a request for `host`, as text.
    private func answer(_ path: String, host: String, at node: TestNode) async throws -> String {
        let probe = try await StreamProbe.connect(to: node.node.httpAddress)
        probe.send([UInt8]("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8))
        return String(decoding: try await probe.ending().rest, as: UTF8.self)
    }

    @Test("the page may connect to its own port and to those of the nodes, and the caller adds no rule")
    func whereThePageMayGo() async throws {
        let node = try TestNode()
        let port = node.node.clientAddress.port
        let answer = try await answer("/", host: "im.example.org:8080", at: node)
        for place in ["ws://im.example.org:8080", "wss://im.example.org:8080", "ws://127.0.0.1:\(port)"] {
            #expect(answer.contains(" \(place)"))
        }
        let forged = try await self.answer("/", host: "x;script-src *", at: node)
        #expect(!forged.contains("*"))
        let list = #"{"servers":[{"host":"127.0.0.1","port":\#(port)}]}"#
        #expect(try await self.answer("/api/servers", host: "127.0.0.1", at: node).hasSuffix(list))
    }

    @Test func otherPathsLeadToThePageOrNowhere() throws {
        let node = try TestNode()
        for path in ["/", "/admin"] {
            let reply = try PageFiles.admin.get(path, at: node)
            #expect(reply.status == 302 && reply.field("location") == "/admin/")
        }
        for path in [
            "/admin/index.html", "/admin/nothing.js", "/admin/page/api.js", "/admin/../api.js", "/chat/dom.js",
        ] {
            #expect(try PageFiles.admin.get(path, at: node).status == 404, "\(path)")
        }
        for path in [
            "/admin/", "/chat/service-worker.js", "/chat/index.html", "/chat/", "/chat/nothing.js", "/index.html",
        ] {
            #expect(try PageFiles.chat.get(path, at: node).status == 404, "\(path)")
        }
    }

    @Test("the page asks for its files by their version, and a browser never asks for them again")
    func versions() throws {
        let node = try TestNode()
        let index = String(decoding: try PageFiles.chat.get("/", at: node).body, as: UTF8.self)
        let version = try #require(index.firstMatch(of: #//chat/([0-9a-f]{16})/start.js/#)?.1)
        let written = try #require(try PageFiles.chat.texts()["index.html"])
        #expect(index == written.replacing("{version}", with: version))
        for (name, bytes) in try PageFiles.chat.files() where !["index.html", "service-worker.js"].contains(name) {
            let reply = try PageFiles.chat.get("/chat/\(version)/\(name)", at: node)
            #expect(reply.status == 200 && reply.body == bytes && reply.field("content-security-policy") != nil)
            #expect(reply.field("cache-control") == "public, max-age=31536000, immutable", "\(name)")
        }
        // Of the page of another node, which is older or newer.
        let other = try PageFiles.chat.get("/chat/0123456789abcdef/start.js", at: node)
        #expect(other.status == 200 && other.field("cache-control") == "no-cache")
        #expect(try PageFiles.chat.get("/chat/\(version)/nothing.js", at: node).status == 404)
    }

    @Test func whatABrowserHasIsNotSentAgain() throws {
        let node = try TestNode()
        let page = PageFiles.admin
        let tag = try #require(try page.get("/admin/admin.css", at: node).field("etag"))
        let again = try page.get("/admin/admin.css", at: node, fields: ["If-None-Match": tag])
        #expect(again.status == 304 && again.body.isEmpty && again.field("etag") == tag)
        #expect(try page.get("/admin/parts.css", at: node, fields: ["If-None-Match": tag]).status == 200)
    }

    @Test func everyPathThatThePageAsksIsInTheDescription() throws {
        let probe = try AdminProbe()
        var seen: Set<String> = []
        for (name, text) in try PageFiles.admin.texts() where name.hasSuffix(".js") {
            for match in text.matches(of: #/(?:\b(get|post|put|patch|remove)\(\s*)?['`](/admin/v1/[^'`]*)['`]/#) {
                let method = match.1 == "remove" ? "DELETE" : match.1?.uppercased() ?? "GET"
                let path = match.2.replacing(#/\$\{[^}]*\}/#, with: "1").prefix { $0 != "?" }
                seen.insert("\(method) \(path)")
                #expect(probe.description.operation(method, String(path)) != nil, "\(name) asks \(method) \(path)")
            }
        }
        #expect(seen.count > 30)
        #expect(seen.isSuperset(of: ["GET /admin/v1/nodes", "POST /admin/v1/users/1/disable", "GET /admin/v1/audit"]))
    }

    /// Text never becomes HTML; nothing is loaded from elsewhere; the token stays in its tab.
    @Test(arguments: PageFiles.allCases) func thePageKeepsToWhatItPromises(page: PageFiles) throws {
        for (name, text) in try page.texts() {
            let banned = #/\.innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\son[a-z]+=|style="/#
            #expect(text.matches(of: banned).map { String($0.0) } == [], "\(name)")
            let urls = text.matches(of: #/https?://[^'"`\s\[]+/#).map { String($0.0) }
            #expect(urls.filter { !$0.contains("www.w3.org") && $0 != "https://…" } == [], "\(name)")
            #expect(!text.contains("sessionStorage") || name == "session.js", "\(name)")
        }
    }

    @Test func whatAServiceCanBeToldOfIsThereToChoose() throws {
        let texts = try PageFiles.admin.texts()
        let page = try #require(texts["webhooks-page.js"])
        let list = try #require(page.firstMatch(of: #/const kinds = \{([^}]*)\}/#)?.1)
        let kinds = list.matches(of: #/(\w+): '(\w[^']*)'/#)
        #expect(kinds.map { String($0.1) } == EventKinds.named.map(\.name))
        for kind in kinds {
            #expect(texts.contains { $0.key.hasPrefix("chinese") && $0.value.contains("  '\(kind.2)': '") })
        }
    }

    @Test(arguments: PageFiles.allCases) func everyWordOfThePageIsThereInChinese(page: PageFiles) throws {
        let texts = try page.texts()
        let chinese = texts.filter { $0.key.hasPrefix("chinese") }.values.flatMap { text in
            text.matches(of: #/(?m)^  '([^']+)':/#).map { String($0.1) }
        }
        #expect(Set(chinese).count == chinese.count && chinese.count > 90)
        for (name, text) in texts where name.hasSuffix(".js") && !name.hasPrefix("chinese") {
            let words = text.matches(of: #/\bt\(\s*'([^']+)'/#).map { String($0.1) }
                + text.matches(of: #/title: '([^']+)'/#).map { String($0.1) }
            #expect(words.filter { !chinese.contains($0) } == [], "\(name)")
        }
    }
}
