import Crypto
import HTTPClient
import HTTPCore
import Primitives
import Program
import Reactor
import Settings
import TLS

/// Brings and saves files, part by part. Every call waits for the network and the disk: for worker threads.
struct FileCarrier: Sendable {
    private static let patience: Duration = .seconds(30)
    private static let pieceBytes = 4 << 20
    private static let maxAnswer = 16 << 20
    /// Names that are tried, if there are such files already.
    private static let maxNames = 100

    let tls: TLSContext?

    // MARK: Bringing

    static func byteCount(of path: String) -> Int? {
        guard let file = try? File.open(path) else { return nil }
        return try? file.facts().byteCount
    }

    func bring(_ bringing: FileBringing) -> TalkSession.Bringing {
        guard let file = try? File.open(bringing.path), let place = Place(bringing.url) else {
            return .failed("It cannot be read.")
        }
        var received: Int?
        while true {
            let call: HTTPCall
            switch received {
            case nil: call = HTTPCall(.get, place.path + "parts")
            case .some(let start) where start >= bringing.byteCount:
                call = HTTPCall(.post, place.path + "store", body: [])
            case .some(let start):
                let count = min(bringing.partBytes, bringing.byteCount - start)
                guard let part = try? file.read(at: start, count: count), part.count == count else {
                    return .failed("It cannot be read.")
                }
                call = HTTPCall(.put, place.path + "parts/\(start)", body: part)
            }
            guard let reply = send(call, to: place, token: bringing.token) else { return .brokenOff }
            let answer = JSON(reading: reply.body)
            switch reply.status {
            case 200 where answer?["state"]?.text == "stored": return .stored
            case 200, 409: received = answer?["received"]?.integer
            case 202: continue
            case 401, 429, 503: return .brokenOff
            default: return .failed(answer?["error"]?["message"]?.text ?? "The server does not take it.")
            }
        }
    }

    /// `nil`: nobody answered.
    private func send(_ call: HTTPCall, to place: Place, token: String? = nil) -> HTTPReply? {
        var call = call
        if let token { call.add("Authorization", "Bearer \(token)") }
        guard let address = place.address else { return nil }
        let seal = place.isSealed ? tls.map { HTTPClient.Seal($0, to: place.host) } : nil
        if place.isSealed, seal == nil { return nil }
        return try? HTTPClient.send(call, to: address, over: seal, within: Self.patience, maxAnswer: Self.maxAnswer)
    }

    // MARK: Saving

    /// What to say of it, and whether it was saved.
    func fetch(_ url: String, as name: String) -> (String, Bool) {
        guard let place = Place(url), let (file, path) = Self.create(name), var digest = try? SHA256Stream() else {
            return ("No file can be made here.", false)
        }
        var offset = 0
        var named: String?
        while true {
            var call = HTTPCall(.get, place.path)
            call.add("Range", "bytes=\(offset)-\(offset + Self.pieceBytes - 1)")
            guard let reply = send(call, to: place) else { return discard(path, "Nobody answers.") }
            // Of nothing there is no part.
            if reply.status == 416, offset == 0 { break }
            guard reply.status == 206 || reply.status == 200 && offset == 0 else {
                return discard(path, "It is not there any more.")
            }
            guard (try? file.append(reply.body.rawBytes)) != nil else { return discard(path, "The disk is full.") }
            digest.append(reply.body.rawBytes)
            offset += reply.body.count
            named = reply.field("repr-digest") ?? named
            let whole = reply.field("content-range")?.split(separator: "/").last.flatMap { Int($0) } ?? offset
            if offset >= whole || reply.body.isEmpty { break }
        }
        let sum = String(decoding: Base64.encode(digest.finish().rawBytes), as: UTF8.self)
        if let named, !named.contains(sum) { return discard(path, "Other bytes came than were sent.") }
        return ("Saved: \(path.onTerminal), \(sizeText(offset))", true)
    }

    func keep(_ bytes: [UInt8], as name: String) -> (String, Bool) {
        guard let (file, path) = Self.create(name), (try? file.append(bytes.rawBytes)) != nil else {
            return ("No file can be made here.", false)
        }
        return ("Saved: \(path.onTerminal), \(sizeText(bytes.count))", true)
    }

    private func discard(_ path: String, _ reason: String) -> (String, Bool) {
        _ = try? Folder.remove(path)
        return ("\(path.onTerminal) was not saved. \(reason)", false)
    }

    /// In the folder where one is, beside what has that name already. What others call their files leads nowhere else,
    /// and hides nothing.
    private static func create(_ name: String) -> (File, String)? {
        let plain = name.split { $0 == "/" || $0 == "\0" }.last.map(String.init) ?? ""
        let safe = plain.isEmpty || plain.hasPrefix(".") ? "_" + plain : plain
        for number in 1...maxNames {
            let path = number == 1 ? safe : "\(number)-\(safe)"
            if let file = try? File.create(path) { return (file, path) }
        }
        return nil
    }
}

/// Where something is, of a URL.
private struct Place {
    let host: String
    let port: UInt16
    let path: String
    let isSealed: Bool

    init?(_ url: String) {
        guard let match = url.wholeMatch(of: #/(https?):\/\/(\[[^\]]+\]|[^:\/]+)(?::(\d+))?(\/.*)/#) else { return nil }
        isSealed = match.1 == "https"
        host = String(match.2.filter { $0 != "[" && $0 != "]" })
        guard let port = match.3.map({ UInt16($0) }) ?? (match.1 == "https" ? 443 : 80) else { return nil }
        self.port = port
        path = String(match.4)
    }

    var address: SocketAddress? { NameResolver.resolveNow(host, port: port).first }
}
