import Blobs
import Glibc
import HTTPCore
import HTTPServer
import Media
import MediaGateway
import Primitives
import Reactor
import SocketKit
import Synchronization
import WaitKit

/// An image server on a loop of its own, over a folder that goes with it.
final class MediaServer: Sendable {
    private let group: LoopGroup
    private let address: SocketAddress
    private let parts: Parts
    private let folder: String

    final class Parts: @unchecked Sendable {
        // Proof: used on the loop only, after it was filled there.
        var store: FolderStore?
        var service: MediaService?
        var http: HTTPService?
        /// What the gate says to the next ones.
        var refusal: UploadRefusal?
    }

    struct NoAnswer: Error {}

    init(_ limits: MediaLimits = MediaLimits()) throws {
        let folder = "/tmp/grapevine-media-\(UInt64.random(in: 0...(.max)))"
        let directory = try DirectoryStore(at: folder, reserve: 0)
        self.folder = folder
        let parts = Parts()
        self.parts = parts
        let bound = Mutex<SocketAddress?>(nil)
        group = try LoopGroup(LoopGroup.Configuration(seed: 3)) { loop in
            let store = FolderStore(directory, on: loop)
            let service = MediaService(store, limits: limits, base: "https://im.example/") { exchange in
                if let refusal = parts.refusal { return .failure(refusal) }
                return .success(MediaSender(user: nil, address: exchange.peer))
            }
            let http = HTTPService(
                census: HTTPCensus(maxConnections: 100), wallClock: { UnixTime(milliseconds: 0) }, on: loop)
            service.addRoutes(to: http)
            (parts.store, parts.service, parts.http) = (store, service, http)
            let listener = try loop.listen(on: .loopback(port: 0), loop.register(http, limits: StreamLimits()))
            bound.withLock { $0 = listener.address }
        }
        guard let address = bound.withLock({ $0 }) else { throw NoAnswer() }
        self.address = address
    }

    deinit {
        group.stop()
        for path in ["/blobs", "/incoming", ""] {
            for name in (try? Folder.names(in: folder + path)) ?? [] {
                for file in (try? Folder.names(in: folder + path + "/" + name)) ?? [] {
                    _ = try? Folder.remove(folder + path + "/" + name + "/" + file)
                }
                _ = try? Folder.remove(folder + path + "/" + name)
                unsafe rmdir(folder + path + "/" + name)
            }
            unsafe rmdir(folder + path)
        }
    }

    func on<Value: Sendable>(_ body: @escaping @Sendable (Parts) -> Value) async -> Value {
        await withCheckedContinuation { done in
            group.loops[0].execute { [parts] _ in done.resume(returning: body(parts)) }
        }
    }

    /// Files that are neither stored nor given up.
    var unfinished: Int {
        get async {
            await on { $0.store?.openCount ?? -1 } + ((try? Folder.names(in: folder + "/incoming")) ?? []).count
        }
    }

    func connect() async throws -> StreamProbe {
        try await StreamProbe.connect(to: address)
    }

    /// Sends something from a socket that is reset by the end of its life.
    func connectRaw(sending bytes: [UInt8]) -> ResettingSocket {
        ResettingSocket(port: address.port, sending: bytes)
    }

    /// One request on a connection of its own.
    func ask(_ method: String, _ path: String, _ fields: String = "", body: [UInt8] = []) async throws -> HTTPReply {
        let probe = try await connect()
        probe.send(Self.request(method, path, fields + "Connection: close\r\n", body: body))
        guard let reply = HTTPReply(try await probe.ending().rest) else { throw NoAnswer() }
        return reply
    }

    static func request(_ method: String, _ path: String, _ fields: String = "", body: [UInt8] = []) -> [UInt8] {
        let isMeasured = method == "POST" && !fields.contains("Transfer-Encoding")
        let length = isMeasured ? "Content-Length: \(body.count)\r\n" : ""
        return [UInt8]("\(method) \(path) HTTP/1.1\r\nHost: evil.example\r\n\(fields)\(length)\r\n".utf8) + body
    }

    static let formType = "Content-Type: multipart/form-data; boundary=xYz\r\n"

    static func form(_ content: [UInt8], name: String = "a.jpg") -> [UInt8] {
        let disposition = "Content-Disposition: form-data; name=\"file\"; filename=\"\(name)\""
        let head = "--xYz\r\n\(disposition)\r\nContent-Type: a/b\r\n\r\n"
        return [UInt8](head.utf8) + content + [UInt8]("\r\n--xYz--\r\n".utf8)
    }

    func upload(_ content: [UInt8], name: String = "a.jpg", to path: String = "/") async throws -> UploadReply {
        UploadReply(try await ask("POST", path, Self.formType, body: Self.form(content, name: name)))
    }
}

/// A connection that ends with a reset: the other side learns of it at once, whatever it waits for.
struct ResettingSocket: ~Copyable {
    private let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)

    init(port: UInt16, sending bytes: [UInt8]) {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        _ = unsafe withUnsafePointer(to: &place) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        unsafe _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var end = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &end, socklen_t(MemoryLayout<linger>.size))
    }

    deinit {
        close(descriptor)
    }
}

/// The line of JSON that an upload is answered with.
struct UploadReply {
    let status: Int
    let code: Int?
    let path: String
    let url: String

    init(_ reply: HTTPReply) {
        status = reply.status
        let line = String(decoding: reply.body, as: UTF8.self)
        let code = line.firstMatch(of: #/^\{"error_code":(\d+),.*\}\n$/#)?.1
        self.code = code.flatMap { Int($0) }
        path = String(line.firstMatch(of: #/"path":"([^"]*)"/#)?.1 ?? "?")
        url = String(line.firstMatch(of: #/"url":"([^"]*)"/#)?.1 ?? "?")
    }
}
