import Crypto
import Primitives
public import Protobuf
public import Reactor
public import SocketKit
public import TLS
public import TalkProtocol
import WebSocket

/// A packet as a client sees it.
public struct Packet: Sendable, Equatable {
    public let header: PDUHeader
    public let body: [UInt8]

    public init(header: PDUHeader, body: [UInt8]) {
        self.header = header
        self.body = body
    }

    public var command: Command? { Command(service: header.service, command: header.command) }

    public func message<Message: ProtoMessage>(_ type: Message.Type = Message.self) throws -> Message {
        try Message(reading: body.rawBytes)
    }
}

/// A TeamTalk client for tests: sends what it is told and waits for what it is told, in any order of arrival.
public actor TalkClient {
    public struct Unexpected: Error, CustomStringConvertible {
        public let description: String
    }

    public nonisolated let probe: StreamProbe
    /// Its packets are messages of a WebSocket.
    private let isWebSocket: Bool
    private var sequence: UInt16 = 0
    private var inbox: [Packet] = []
    public private(set) var user = UserID(0)

    public init(_ probe: StreamProbe, overWebSocket isWebSocket: Bool = false) {
        self.probe = probe
        self.isWebSocket = isWebSocket
    }

    public static func connect(to address: SocketAddress) async throws -> TalkClient {
        TalkClient(try await StreamProbe.connect(to: address))
    }

    /// Connects and opens a WebSocket.
    public static func connect(
        toWebSocket path: String, at address: SocketAddress, tls: TLSContext? = nil
    ) async throws -> TalkClient {
        let probe = try await StreamProbe.connect(to: address, tls: tls)
        probe.openWebSocket(path: path)
        let head = try await probe.head()
        guard head.hasPrefix("HTTP/1.1 101 ") else { throw Unexpected(description: head) }
        return TalkClient(probe, overWebSocket: true)
    }

    /// Connects and logs in; the password is sent as the clients send it.
    public static func logIn(
        _ name: String, password: String = "grapevine", as type: ClientType = .android, at address: SocketAddress
    ) async throws -> TalkClient {
        let client = try await connect(to: address)
        let answer = try await client.logIn(name, password: password, as: type)
        guard answer.resultCode == .success else {
            throw Unexpected(description: "login of \(name): \(answer.resultCode) \(answer.resultString ?? "")")
        }
        return client
    }

    public func logIn(
        _ name: String, password: String = "grapevine", as type: ClientType = .android, token: [UInt8]? = nil,
        version: String? = nil
    ) async throws -> IMLoginRes {
        let request = IMLoginReq(
            userName: name, password: try MD5.hex([UInt8](password.utf8).rawBytes), onlineStatus: .online,
            clientType: type, clientVersion: version, sessionToken: token)
        let answer: IMLoginRes = try await ask(.loginReq, request, .loginRes)
        user = UserID(answer.userInfo?.userID ?? 0)
        return answer
    }

    /// Sends a request under a new sequence number; returns that number.
    @discardableResult
    public func send(_ command: Command, _ message: some ProtoMessage, sequence given: UInt16? = nil) -> UInt16 {
        sequence &+= 1
        let number = given ?? sequence
        var writer = ByteWriter()
        writer.append(command, sequence: number, message)
        if isWebSocket { probe.send(.binary, writer.bytes.copied()) } else { probe.send(writer.bytes.copied()) }
        return number
    }

    /// Sends a request and waits for its answer.
    public func ask<Answer: ProtoMessage>(
        _ command: Command, _ message: some ProtoMessage, _ answer: Command, within limit: Duration = .seconds(60)
    ) async throws -> Answer {
        let number = send(command, message)
        return try await expect(answer, within: limit) { $0.header.sequence == number }.message()
    }

    /// The next packet with this command that satisfies the condition; others stay for later.
    public func expect(
        _ command: Command, within limit: Duration = .seconds(60), where condition: (Packet) -> Bool = { _ in true }
    ) async throws -> Packet {
        if let index = inbox.firstIndex(where: { $0.command == command && condition($0) }) {
            return inbox.remove(at: index)
        }
        while true {
            let packet = try await receive(within: limit)
            if packet.command == command, condition(packet) { return packet }
            inbox.append(packet)
        }
    }

    /// The next packet, whatever it is.
    public func next(within limit: Duration = .seconds(60)) async throws -> Packet {
        inbox.isEmpty ? try await receive(within: limit) : inbox.removeFirst()
    }

    /// A push (sequence 0).
    public func push<Message: ProtoMessage>(
        _ command: Command, within limit: Duration = .seconds(60)
    ) async throws -> Message {
        try await expect(command, within: limit) { $0.header.sequence == 0 }.message()
    }

    /// Asks for the time and so makes sure that everything sent before was handled, and that whatever it caused on this
    /// connection has arrived. Returns what is in the inbox then, and empties it.
    public func settle() async throws -> [Packet] {
        let _: IMClientTimeRsp = try await ask(.clientTimeReq, IMClientTimeReq(), .clientTimeRsp)
        defer { inbox = [] }
        return inbox
    }

    private func receive(within limit: Duration) async throws -> Packet {
        if isWebSocket { return try await receiveMessage(within: limit) }
        return try await receivePacket(within: limit)
    }

    /// One packet is one binary message.
    private func receiveMessage(within limit: Duration) async throws -> Packet {
        while true {
            let frame = try await probe.frame(within: limit)
            if frame.opcode == .ping { continue }
            guard frame.opcode == .binary,
                case .pdu(let header, let body) = PDUFramer.next(in: frame.payload.rawBytes, limit: 1 << 20),
                body.upperBound == frame.payload.count
            else { throw Unexpected(description: "the server sent \(frame)") }
            return Packet(header: header, body: Array(frame.payload[body]))
        }
    }

    private func receivePacket(within limit: Duration) async throws -> Packet {
        try await probe.receive(within: limit) { bytes in
            switch PDUFramer.next(in: bytes.rawBytes, limit: 1 << 20) {
            case .needMore: nil
            case .pdu(let header, let body): (Packet(header: header, body: Array(bytes[body])), body.upperBound)
            case .invalid(let reason): throw Unexpected(description: "the server sent \(reason)")
            }
        }
    }

    // MARK: What tests do often

    /// Sends a text and waits for its acknowledgement.
    public func say(
        _ text: String, to session: UInt32, _ type: MsgType = .singleText, key: [UInt8]? = nil
    ) async throws -> IMMsgDataAck {
        let message = IMMsgData(
            fromUserID: 0, toSessionID: session, msgID: 0, createTime: 0, msgType: type, msgData: [UInt8](text.utf8),
            clientMsgKey: key)
        return try await ask(.msgData, message, .msgDataAck)
    }

    /// The next message that is pushed, as text.
    public func heard(within limit: Duration = .seconds(60)) async throws -> (id: UInt32, from: UInt32, text: String) {
        let message: IMMsgData = try await push(.msgData, within: limit)
        return (message.msgID, message.fromUserID, String(decoding: message.msgData, as: UTF8.self))
    }
}
