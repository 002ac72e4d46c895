import HTTPCore
import Media
import MediaGateway
import SocketKit
import Testing
import WaitKit

/// The image server over real sockets and real files.
@Suite(.timeLimit(.minutes(5))) struct MediaServiceTests {
    /// A picture of 16 × 16 as far as its header goes.
    private let picture: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 0, 16, 0, 0, 0, 16]
        + (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    @Test func whatIsNotThereIsNoPageEither() async throws {
        let server = try MediaServer()
        for path in ["/", "/g0/000/000/nothing.jpg"] {
            let reply = try await server.ask("GET", path)
            #expect(reply.status == 404 && reply.field("x-content-type-options") == "nosniff")
            #expect(reply.field("content-security-policy") == "default-src 'none'; sandbox")
        }
    }

    @Test(
        "what is uploaded to any path is there under the path that the answer names",
        arguments: ["/", "/upload/", "/a/b", "/g0/010/010/a.jpg"])
    func roundTrip(target: String) async throws {
        let server = try MediaServer()
        let reply = try await server.upload(picture, name: "a_120x80.jpg", to: target)
        #expect(reply.status == 200 && reply.code == 0)
        #expect(reply.url == "https://im.example/" + reply.path)
        #expect(reply.path.wholeMatch(of: #/g0/\d{3}/\d{3}/[0-9a-f]{64}_120x80\.jpg/#) != nil)
        let got = try await server.ask("GET", "/" + reply.path)
        #expect(got.status == 200 && got.body == picture)
        let thumbnail = try await server.ask("GET", "/\(reply.path)_100x100.jpg")
        #expect(thumbnail.body == picture && thumbnail.field("cache-control") == "public, max-age=86400")
        #expect(await server.unfinished == 0)
    }

    @Test("the bytes say what a file is, and nothing of it can run")
    func fields() async throws {
        let server = try MediaServer()
        let path = try await server.upload(picture, name: "a.html").path
        let reply = try await server.ask("GET", "/" + path)
        #expect(path.hasSuffix(".html"))
        let name = path.split(separator: "/").last.map { String($0.prefix(64)) }
        let expected = [
            "content-type": "image/png", "etag": "\"\(name ?? "")\"", "x-content-type-options": "nosniff",
            "cache-control": "public, max-age=31536000, immutable", "content-disposition": "inline",
            "content-security-policy": "default-src 'none'; sandbox", "accept-ranges": "bytes",
        ]
        for (field, value) in expected { #expect(reply.field(field) == value) }
        let page = try await server.upload(Array("<script>alert(1)</script>".utf8), name: "a.png").path
        let bytes = try await server.ask("GET", "/" + page)
        #expect(bytes.field("content-type") == "application/octet-stream")
        #expect(bytes.field("content-disposition") == "attachment")
    }

    @Test("HEAD, ranges, and what the client has already")
    func ranges() async throws {
        let server = try MediaServer()
        let path = "/" + (try await server.upload(picture).path)
        let tag = "\"\(path.split(separator: "/")[3].prefix(64))\""
        let part = try await server.ask("GET", path, "Range: bytes=10-19\r\nIf-Range: \(tag)\r\n")
        #expect(part.status == 206 && part.body == Array(picture[10..<20]))
        #expect(part.field("content-range") == "bytes 10-19/\(picture.count)")
        let other = try await server.ask("GET", path, "Range: bytes=10-19\r\nIf-Range: \"x\"\r\n")
        #expect(other.status == 200 && other.body == picture)
        let behind = try await server.ask("GET", path, "Range: bytes=\(picture.count)-\r\n")
        #expect(behind.status == 416 && behind.field("content-range") == "bytes */\(picture.count)")
        let known = try await server.ask("GET", path, "If-None-Match: \(tag)\r\n")
        #expect(known.status == 304 && known.body.isEmpty && known.field("etag") == tag)
        let probe = try await server.connect()
        probe.send(MediaServer.request("HEAD", path) + MediaServer.request("GET", path, "Connection: close\r\n"))
        let text = try await probe.ending().rest
        let heads = String(decoding: text, as: UTF8.self).ranges(of: "Content-Length: \(picture.count)\r\n")
        #expect(heads.count == 2 && text.suffix(picture.count).elementsEqual(picture))
    }

    @Test("B60, B64: what is not there is 404, whatever it looks like")
    func nothing() async throws {
        let server = try MediaServer()
        let hex = String(repeating: "0a", count: 32)
        for path in [
            "/g0/010/010/\(hex).jpg", "/g0/010/011/\(hex).jpg", "/g0/../../etc/passwd", "/g0/%2e%2e/%2e%2e/mark",
            "/g0/%252e/010/mark", "/g0/010/010/..%5cmark", "/g0/010/010/%00", "/mark", "/", "/g0", "/g0/010/010/con",
            "//etc/passwd", "/g0/010/010/" + String(repeating: "a", count: 3_000),
        ] {
            let status = try await server.ask("GET", path).status
            #expect(status == 404, "\(path)")
        }
    }

    @Test("B61: what is wrong with an upload is told by its number, after the body, and nothing of it stays")
    func refusals() async throws {
        var limits = MediaLimits()
        limits.uploadBytes = 100_000
        let server = try MediaServer(limits)
        #expect(try await server.upload([1], name: "a").code == 10)
        #expect(try await server.upload([]).code == 12)
        let unclosed = MediaServer.form(picture).dropLast(8)
        let reply = try await server.ask("POST", "/", MediaServer.formType, body: Array(unclosed))
        #expect(UploadReply(reply).code == 8 && reply.field("content-type") == "text/html;charset=utf-8")
        #expect(UploadReply(try await server.ask("POST", "/", body: picture)).code == 4)
        let bomb = Array(picture.prefix(16)) + [0, 1, 0, 0, 0, 1, 0, 0] + picture.dropFirst(24)
        #expect(try await server.upload(bomb).code == 1)
        // The connection goes on: it is told when it has sent everything.
        let probe = try await server.connect()
        probe.send(MediaServer.request("POST", "/", MediaServer.formType, body: MediaServer.form(bomb)))
        let ending = "Connection: close\r\n" + MediaServer.formType
        probe.send(MediaServer.request("POST", "/", ending, body: MediaServer.form(picture)))
        let text = String(decoding: try await probe.ending().rest, as: UTF8.self)
        #expect(text.ranges(of: "\"error_code\":1,").count == 1 && text.ranges(of: "\"error_code\":0,").count == 1)
        #expect(await server.unfinished == 0)
    }

    @Test("H04: what is too long is not read, whether its length is said or not")
    func tooLong() async throws {
        var limits = MediaLimits()
        limits.uploadBytes = 100_000
        let server = try MediaServer(limits)
        let probe = try await server.connect()
        let head = "POST / HTTP/1.1\r\nHost: a\r\n\(MediaServer.formType)Content-Length: 100001\r\n\r\n"
        probe.send([UInt8](head.utf8))
        let reply = try #require(HTTPReply(try await probe.ending().rest))
        #expect(UploadReply(reply).code == 1 && reply.status == 200)
        let form = MediaServer.form([UInt8](repeating: 1, count: 100_001))
        let chunk = [UInt8](String(form.count, radix: 16).utf8) + [13, 10] + form
        let chunked = try await server.connect()
        chunked.send(
            MediaServer.request("POST", "/", MediaServer.formType + "Transfer-Encoding: chunked\r\n", body: chunk))
        let refused = try #require(HTTPReply(try await chunked.ending().rest))
        #expect(UploadReply(refused).code == 1)
        #expect(await server.unfinished == 0)
    }

    @Test("who may not, and when there is no room: told so, and when to come again")
    func budgets() async throws {
        let server = try MediaServer()
        await server.on { $0.refusal = .overBudget }
        let refused = try await server.ask("POST", "/", MediaServer.formType, body: MediaServer.form([1]))
        #expect(refused.status == 429 && UploadReply(refused).code == UploadRefusal.overBudget.rawValue)
        #expect(refused.field("retry-after") == "10")
        await server.on { parts in
            parts.refusal = nil
            parts.store?.failure = .unavailable
        }
        #expect(try await server.upload(picture).status == 503)
        let path = "/g0/010/010/" + String(repeating: "0a", count: 32) + ".jpg"
        #expect(try await server.ask("GET", path).status == 503)
        await server.on { $0.store?.failure = .overQuota }
        #expect(try await server.upload(picture).status == 429)
        #expect(await server.on { $0.service?.uploads } == 0)
    }

    @Test("only so many bodies are read at once")
    func manyUploads() async throws {
        var limits = MediaLimits()
        limits.uploads = 2
        let server = try MediaServer(limits)
        let form = MediaServer.form(picture)
        var probes: [StreamProbe] = []
        for count in 1...2 {
            probes.append(try await server.connect())
            probes[count - 1].send(
                MediaServer.request("POST", "/", MediaServer.formType, body: form).dropLast(1) + [])
            try await eventually { await server.on { $0.service?.uploads } == count }
        }
        #expect(try await server.upload(picture).status == 503)
        for probe in probes { probe.close() }
        try await eventually { await server.on { $0.service?.uploads } == 0 }
        #expect(try await server.upload(picture).code == 0)
        #expect(await server.unfinished == 0)
    }

    @Test("a client that leaves leaves nothing behind, whatever the store is doing")
    func leaving() async throws {
        let server = try MediaServer()
        let form = MediaServer.form(picture)
        for isComplete in [false, true] {
            await server.on { $0.store?.isHolding = true }
            let probe = try await server.connect()
            let request = MediaServer.request("POST", "/", MediaServer.formType, body: form)
            probe.send(request.dropLast(isComplete ? 0 : 1) + [])
            try await eventually { await server.on { $0.store?.held.count } == 1 }
            probe.close()
            await server.on { $0.store?.letGo() }
            try await eventually { await server.on { $0.service?.uploads } == 0 }
            try await eventually { await server.unfinished == 0 }
        }
        #expect(await server.on { $0.store?.senders.count } == 2)
    }

    @Test("a file that begins when its client is gone already is discarded", arguments: [1, 2])
    func gone(steps: Int) async throws {
        let server = try MediaServer()
        await server.on { $0.store?.isHolding = true }
        let request = MediaServer.request("POST", "/", MediaServer.formType, body: MediaServer.form(picture))
        do {
            let client = server.connectRaw(sending: request)
            try await eventually { await server.on { $0.store?.held.count } == 1 }
            // At the second step it is being written.
            if steps == 2 {
                await server.on { parts in
                    parts.store?.letGo()
                    parts.store?.isHolding = true
                }
                try await eventually { await server.on { $0.store?.held.count } == 1 }
            }
            withExtendedLifetime(client) {}
        }
        try await eventually { await server.on { $0.service?.uploads } == 0 }
        await server.on { $0.store?.letGo() }
        #expect(await server.unfinished == 0)
    }

    @Test("a large file goes through in parts, and comes back the same")
    func large() async throws {
        let server = try MediaServer()
        let content = picture + (0..<9_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 11) }
        let reply = try await server.upload(content, name: "large.bin")
        #expect(try await server.ask("GET", "/" + reply.path).body == content)
    }
}
