import Foundation
import HTTPClient
import HTTPCore
import Node
import PostgresKit
import Primitives
import Testing
import WireKit

/// The administration page as it is served; what it does in a browser is the business of `deploy/page-test`.
@Suite struct AdminFaceTests {
    /// The files in the tree, by name.
    private static func files() throws -> [String: [UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/CFace/admin")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, [UInt8](try Data(contentsOf: folder.appending(path: $0)))) })
    }

    private static func texts() throws -> [String: String] {
        try files().mapValues { String(decoding: $0, as: UTF8.self) }
    }

    private func get(
        _ path: String, at node: TestNode, fields: KeyValuePairs<StaticString, String> = [:]
    ) throws -> HTTPReply {
        try AdminProbe.send(.get, path, nil, nil, fields, to: node)
    }

    @Test func everyFileIsServedAsItStandsInTheTree() throws {
        let node = try TestNode()
        let types = [
            "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml",
            "js": "text/javascript; charset=utf-8",
        ]
        let files = try Self.files()
        #expect(files.count > 20)
        for (name, bytes) in files {
            let reply = try get("/admin/" + (name == "index.html" ? "" : name), at: node)
            #expect(reply.status == 200 && reply.body == bytes, "\(name): build again")
            #expect(reply.field("content-type") == types[URL(filePath: name).pathExtension], "\(name)")
            #expect(reply.field("cache-control") == "no-cache")
            #expect(reply.field("x-content-type-options") == "nosniff")
            #expect(reply.field("referrer-policy") == "no-referrer")
            let policy = reply.field("content-security-policy") ?? ""
            for rule in ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"] {
                #expect(policy.contains(rule), "\(name)")
            }
            #expect(!policy.contains("unsafe"))
        }
    }

    @Test func otherPathsLeadToThePageOrNowhere() throws {
        let node = try TestNode()
        for path in ["/", "/admin"] {
            let reply = try get(path, at: node)
            #expect(reply.status == 302 && reply.field("location") == "/admin/")
        }
        for path in ["/admin/index.html", "/admin/nothing.js", "/admin/page/api.js", "/admin/../api.js"] {
            #expect(try get(path, at: node).status == 404, "\(path)")
        }
        let call = HTTPCall(.get, "/admin/")
        #expect(try HTTPClient.send(call, to: node.node.httpAddress, within: .seconds(10)).status == 404)
    }

    @Test func whatABrowserHasIsNotSentAgain() throws {
        let node = try TestNode()
        let tag = try #require(try get("/admin/admin.css", at: node).field("etag"))
        let again = try get("/admin/admin.css", at: node, fields: ["If-None-Match": tag])
        #expect(again.status == 304 && again.body.isEmpty && again.field("etag") == tag)
        #expect(try get("/admin/parts.css", at: node, fields: ["If-None-Match": tag]).status == 200)
    }

    @Test func everyPathThatThePageAsksIsInTheDescription() throws {
        let probe = try AdminProbe()
        var seen: Set<String> = []
        for (name, text) in try Self.texts() where name.hasSuffix(".js") {
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
    @Test func thePageKeepsToWhatItPromises() throws {
        for (name, text) in try Self.texts() {
            let banned = #/\.innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\son[a-z]+=|style="/#
            #expect(text.matches(of: banned).map { String($0.0) } == [], "\(name)")
            let urls = text.matches(of: #/https?://[^'"`\s]+/#).map { String($0.0) }
            #expect(urls.filter { !$0.contains("www.w3.org") && $0 != "https://…" } == [], "\(name)")
            #expect(!text.contains("sessionStorage") || name == "session.js", "\(name)")
        }
    }

    @Test func everyWordOfThePageIsThereInChinese() throws {
        let texts = try Self.texts()
        let chinese = try #require(texts["chinese.js"]).matches(of: #/(?m)^  '([^']+)':/#).map { String($0.1) }
        #expect(Set(chinese).count == chinese.count && chinese.count > 200)
        for (name, text) in texts where name.hasSuffix(".js") && name != "chinese.js" {
            let words = text.matches(of: #/\bt\(\s*'([^']+)'/#).map { String($0.1) }
                + text.matches(of: #/title: '([^']+)'/#).map { String($0.1) }
            #expect(words.filter { !chinese.contains($0) } == [], "\(name)")
        }
    }
}
