import Crypto
import HTTPCore
import Primitives
import Protobuf
import Reactor
import SocketKit
import TLS
import TalkProtocol
import WireKit

/// A client that has nothing but requests, one connection for each, as `curl` makes them.
actor PollClient {
    struct NoAnswer: Error {
        let bytes: [UInt8]
    }

    let name: String
    private let address: SocketAddress
    private let tls: TLSContext?
    private(set) var received = 0
    private var number = 0
    private var sequence: UInt16 = 0
    private var unread: [UInt8] = []
    private var inbox: [Packet] = []

    init(at address: SocketAddress, tls: TLSContext? = nil) async throws {
        self.address = address
        self.tls = tls
        let reply = try await Self.ask(at: address, tls: tls)
        guard reply.status == 201 else { throw NoAnswer(bytes: reply.body) }
        name = String(decoding: reply.body, as: UTF8.self)
    }

    static func logIn(
        _ user: String, as type: ClientType = .windows, at address: SocketAddress, tls: TLSContext? = nil
    ) async throws -> PollClient {
        let client = try await PollClient(at: address, tls: tls)
        let answer = try await client.logIn(user, as: type)
        guard answer.resultCode == .success else { throw NoAnswer(bytes: []) }
        return client
    }

    func logIn(_ user: String, password: String = "grapevine", as type: ClientType = .windows) async throws
        -> IMLoginRes
    {
        let request = IMLoginReq(
            userName: user, password: try MD5.hex([UInt8](password.utf8).rawBytes), onlineStatus: .online,
            clientType: type)
        return try await send(.loginReq, request).expect(.loginRes).message()
    }

    /// Bytes of a request, with everything that is to be said.
    static func request(
        _ query: String, session: String? = nil, fields: String = "", body: [UInt8] = [], isLast: Bool = true
    ) -> [UInt8] {
        let name = session.map { "Poll-Session: \($0)\r\n" } ?? ""
        let end = isLast ? "Connection: close\r\n" : ""
        let head = "POST /poll\(query) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(name)\(fields)\(end)"
        return [UInt8]((head + "Content-Length: \(body.count)\r\n\r\n").utf8) + body
    }

    static func ask(
        at address: SocketAddress, _ query: String = "", session: String? = nil, fields: String = "",
        body: [UInt8] = [], tls: TLSContext? = nil
    ) async throws -> HTTPReply {
        let probe = try await StreamProbe.connect(to: address, tls: tls)
        probe.send(request(query, session: session, fields: fields, body: body))
        let bytes = try await probe.ending(within: .seconds(30)).rest
        guard let reply = HTTPReply(bytes) else { throw NoAnswer(bytes: bytes) }
        return reply
    }

    /// One request of this session.
    func ask(_ query: String, body: [UInt8] = []) async throws -> HTTPReply {
        try await Self.ask(at: address, query, session: name, body: body, tls: tls)
    }

    /// One packet in an upload of its own.
    @discardableResult
    func send(_ command: Command, _ message: some ProtoMessage) async throws -> PollClient {
        sequence &+= 1
        var writer = ByteWriter()
        writer.append(command, sequence: sequence, message)
        return try await upload(writer.bytes.copied())
    }

    @discardableResult
    func upload(_ bytes: [UInt8]) async throws -> PollClient {
        number += 1
        let reply = try await ask("?number=\(number)", body: bytes)
        guard reply.status == 204 else { throw NoAnswer(bytes: reply.body) }
        return self
    }

    /// Asks for what comes next, and keeps it.
    func poll() async throws -> HTTPReply {
        let reply = try await ask("?received=\(received)")
        if reply.status == 200 {
            guard reply.field("poll-position") == String(received) else { throw NoAnswer(bytes: reply.body) }
            received += reply.body.count
            unread += reply.body
            while case .pdu(let header, let body) = PDUFramer.next(in: unread.rawBytes, limit: 1 << 20) {
                inbox.append(Packet(header: header, body: Array(unread[body])))
                unread.removeFirst(body.upperBound)
            }
        }
        return reply
    }

    func expect(_ command: Command) async throws -> Packet {
        while true {
            if let index = inbox.firstIndex(where: { $0.command == command }) { return inbox.remove(at: index) }
            let reply = try await poll()
            guard reply.status == 200 || reply.status == 204 else { throw NoAnswer(bytes: reply.body) }
        }
    }

    func say(_ text: String, to peer: UInt32) async throws -> IMMsgDataAck {
        let message = IMMsgData(
            toSessionID: peer, msgType: .singleText, msgData: [UInt8](text.utf8))
        return try await send(.msgData, message).expect(.msgDataAck).message()
    }

    func heard() async throws -> String {
        let message: IMMsgData = try await expect(.msgData).message()
        return String(decoding: message.msgData, as: UTF8.self)
    }

    /// Asks until the session has ended; returns the last answer.
    func ending() async throws -> HTTPReply {
        while true {
            let reply = try await poll()
            if reply.status != 200, reply.status != 204 { return reply }
        }
    }
}
