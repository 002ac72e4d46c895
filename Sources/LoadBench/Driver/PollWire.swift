import Primitives
import Reactor
import TalkProtocol

/// Sessions over HTTP requests (LongPoll.md). A client has two connections: on one a request waits for packets, on the
/// other its own go up; a server ends each after some requests, and another takes its place. Belongs to its loop.
final class PollWire: StreamHandler {
    /// A session.
    private final class Line {
        let client: Client
        let server: SocketAddress
        var name: String?
        var received = 0
        var uploads = 0
        /// Packets that wait until those before them were taken.
        var waiting: [UInt8] = []
        /// The request that those are in.
        var upload: [UInt8]?
        var asking: ConnectionHandle
        var uploading: ConnectionHandle?

        init(_ client: Client, _ server: SocketAddress, _ asking: ConnectionHandle) {
            self.client = client
            self.server = server
            self.asking = asking
        }
    }

    private static let headEnd: [UInt8] = [13, 10, 13, 10]

    private unowned let driver: Driver
    private unowned let loop: EventLoop
    private(set) var service: StreamService?
    private var lines: [ConnectionHandle: Line] = [:]
    /// Requests whose connections are not there yet.
    private var requests: [ConnectionHandle: [UInt8]] = [:]

    init(_ driver: Driver, on loop: EventLoop, limits: StreamLimits) {
        self.driver = driver
        self.loop = loop
        service = loop.register(self, limits: limits)
    }

    /// Packets of a client whose session is there.
    func send(_ packets: RawSpan, _ client: Client) {
        guard let line = client.connection.flatMap({ lines[$0] }) else { return }
        line.waiting.append(packets)
        if line.upload == nil { upload(line) }
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        if let request = requests.removeValue(forKey: connection) {
            return loop.send(request.rawBytes, to: connection)
        }
        guard let client = driver.client(of: connection) else { return loop.close(connection, .now) }
        let line = Line(client, peer, connection)
        lines[connection] = line
        loop.send(request("", line, body: []).rawBytes, to: connection)
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        guard let line = lines[connection] else { return bytes.byteCount }
        line.client.lastHeard = loop.now
        guard let (status, body, isLast) = Self.answer(in: bytes) else { return 0 }
        if isLast {
            lines[connection] = nil
            loop.close(connection, .now)
        }
        if !take(status, bytes.extracting(body), line, isUpload: connection == line.uploading) { give(up: line) }
        return body.upperBound
    }

    func drained(_ connection: ConnectionHandle) {}

    func deadlinePassed(_ connection: ConnectionHandle) {
        guard let line = lines[connection] else { return loop.close(connection, .now) }
        driver.alarmRang(line.client)
        driver.flush(line.client)
    }

    func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        let wasThere = requests.removeValue(forKey: connection) == nil
        if let line = lines[connection] {
            lines[connection] = nil
            // Servers close connections as they like; what was asked is asked again.
            if wasThere, reason != .requested, line.name != nil {
                return again(line, isUpload: connection == line.uploading)
            }
            give(up: line)
            driver.lost(line.client, reason)
        } else if let client = driver.client(of: connection) {
            driver.lost(client, reason)
        }
    }

    /// `false`: the session has ended, or is none.
    private func take(_ status: Int, _ body: RawSpan, _ line: Line, isUpload: Bool) -> Bool {
        switch status {
        case 201 where line.name == nil:
            line.name = String(decoding: body.copied(), as: UTF8.self)
            ask(line)
            driver.connected(line.client)
        case 204 where isUpload:
            line.upload = nil
            if !line.waiting.isEmpty { upload(line) }
        case 200 where !isUpload:
            line.received += body.byteCount
            // First, so that the next answer is under way while this one is read.
            ask(line)
            var rest = body
            guard driver.readPackets(&rest, line.client), rest.isEmpty else { return false }
        case 204 where !isUpload: ask(line)
        default: return false
        }
        driver.flush(line.client)
        return true
    }

    private func again(_ line: Line, isUpload: Bool) {
        if !isUpload {
            ask(line)
        } else if let upload = line.upload {
            line.uploading = transmit(upload, line, on: nil)
        }
    }

    private func ask(_ line: Line) {
        let next = transmit(request("?received=\(line.received)", line, body: []), line, on: line.asking)
        guard next != line.asking else { return }
        loop.setDeadline(loop.now + driver.plan.heartbeatInterval, for: next)
        line.asking = next
        line.client.connection = next
    }

    private func upload(_ line: Line) {
        line.uploads += 1
        let request = request("?number=\(line.uploads)", line, body: line.waiting)
        line.waiting = []
        line.upload = request
        line.uploading = transmit(request, line, on: line.uploading)
    }

    /// On this connection, or on another one if it has ended.
    private func transmit(_ request: [UInt8], _ line: Line, on connection: ConnectionHandle?) -> ConnectionHandle {
        if let connection, lines[connection] != nil {
            loop.send(request.rawBytes, to: connection)
            return connection
        }
        guard let service, let next = try? loop.connect(to: line.server, service) else {
            preconditionFailure("no socket for another request to \(line.server)")
        }
        loop.setTag(UInt64(line.client.index), of: next)
        lines[next] = line
        requests[next] = request
        return next
    }

    private func request(_ query: String, _ line: Line, body: [UInt8]) -> [UInt8] {
        let name = line.name.map { "Poll-Session: \($0)\r\n" } ?? ""
        let head = "POST /poll\(query) HTTP/1.1\r\nHost: \(line.server)\r\n\(name)Content-Length: \(body.count)\r\n\r\n"
        return [UInt8](head.utf8) + body
    }

    private func give(up line: Line) {
        for connection in [line.asking, line.uploading].compactMap(\.self) {
            guard lines.removeValue(forKey: connection) != nil else { continue }
            loop.close(connection, .now)
        }
    }

    /// Status, place of the body, and whether the connection ends with it; `nil` for a part of an answer.
    private static func answer(in bytes: RawSpan) -> (status: Int, body: Range<Int>, isLast: Bool)? {
        let whole = bytes.copied()
        guard let end = whole.firstRange(of: headEnd)?.upperBound else { return nil }
        let lines = String(decoding: whole[..<end], as: UTF8.self).split(separator: "\r\n")
        let status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
        var (length, isLast) = (0, false)
        for line in lines.dropFirst() {
            let field = line.lowercased()
            if field.hasPrefix("content-length: ") { length = Int(field.dropFirst(16)) ?? 0 }
            if field == "connection: close" { isLast = true }
        }
        guard whole.count >= end + length else { return nil }
        return (status, end..<end + length, isLast)
    }
}
