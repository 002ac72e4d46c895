import HTTPCore
import Primitives
import Reactor
import SocketKit
import Testing
import WireKit

/// Pictures as a stock client brings and gets them over HTTP: where to, in which form, and what it takes of the answer.
struct StockPictures {
    private let profile: ClientProfile
    /// What its login server told it, with a slash at its end.
    let base: String

    /// Asks for the server of pictures, as the clients do at each start.
    init(_ profile: ClientProfile, at loginServer: SocketAddress) async throws {
        self.profile = profile
        let reply = try await Self.ask(loginServer, "GET /msg_server HTTP/1.1\r\nHost: \(loginServer)\r\n\r\n")
        base = try #require(JSON(reading: reply.body)?["msfsPrior"]?.text)
    }

    /// Brings a picture.
    /// - Returns: where the client says that it is: Windows goes by the path, the others by the URL.
    func upload(_ picture: [UInt8], named name: String) async throws -> String {
        let form = self.form
        let head = "--\(form.boundary)\r\nContent-Disposition: form-data; name=\"\(form.field)\"; filename=\"\(name)\""
            + "\r\nContent-Type: \(form.type)\r\n\(form.more)\r\n"
        let body = [UInt8](head.utf8) + picture + [UInt8]("\r\n--\(form.boundary)--\r\n".utf8)
        let place = try Self.place(of: base + (profile.name == "Windows" ? "upload/" : ""))
        let reply = try await Self.ask(
            place.address,
            "POST \(place.path) HTTP/1.1\r\nHost: \(place.address)\r\n\(form.fields)"
                + "Content-Type: multipart/form-data; boundary=\(form.boundary)\r\n"
                + "Content-Length: \(body.count)\r\n\r\n", body)
        #expect(reply.status == 200)
        // Android reads a line.
        let answer = try #require(JSON(reading: Array(reply.body.prefix { $0 != 10 })))
        let (path, url) = (try #require(answer["path"]?.text), try #require(answer["url"]?.text))
        return profile.name == "Windows" ? base + path : url
    }

    /// Gets what a message or an avatar says; what is no URL stands behind what the login server told.
    func get(_ place: String) async throws -> [UInt8] {
        let place = try Self.place(of: place.hasPrefix("http://") ? place : base + place)
        let reply = try await Self.ask(
            place.address, "GET \(place.path) HTTP/1.1\r\nHost: \(place.address)\r\nAccept: */*\r\n\r\n")
        #expect(reply.status == 200)
        return reply.body
    }

    private var form: (boundary: String, field: String, type: String, more: String, fields: String) {
        switch profile.name {
        case "Windows":
            // libcurl asks whether it may go on before it sends much; the others send at once.
            ("----------------------------7d1b3f6a2c40", "imagefile", "image/jpeg", "", "Accept: */*\r\n")
        case "Android": ("******", "file", "image/jpeg", "", "Connection: Keep-Alive\r\nCharset: UTF-8\r\n")
        case "web":
            ("----WebKitFormBoundaryqL2m1XZ7c9Jd0PfA", "file", "image/jpeg", "", "Origin: http://localhost\r\n")
        default:
            (
                "Boundary+3C0D1E2F4A5B6978", "image", "image/jpeg", "",
                "User-Agent: TeamTalk/1.0 (Darwin)\r\nAccept-Language: zh-Hans;q=1\r\n"
            )
        }
    }

    private static func place(of url: String) throws -> (address: SocketAddress, path: String) {
        let match = try #require(url.wholeMatch(of: #/http://([0-9.]+):(\d+)(/.*)/#), "\(url)")
        let port = try #require(UInt16(match.2))
        return (try #require(SocketAddress(numeric: String(match.1), port: port)), String(match.3))
    }

    private static func ask(
        _ address: SocketAddress, _ head: String, _ body: [UInt8] = []
    ) async throws -> HTTPReply {
        let probe = try await StreamProbe.connect(to: address)
        probe.send([UInt8](head.replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n").utf8) + body)
        return try #require(HTTPReply(try await probe.ending().rest))
    }
}
