import Crypto
import Primitives
public import Protobuf
public import Reactor
import SocketKit
public import TalkProtocol

/// A stock client as far as the server can tell: its header, its numbers, and its way to decide which packet answers
/// what. A packet that the real client would misread makes the test fail here.
public actor StockClient {
    public struct Misread: Error, CustomStringConvertible {
        public let description: String
    }

    private struct Pending {
        let command: Command
        let answer: Command
    }

    public let profile: ClientProfile
    private let probe: StreamProbe
    private var nextSequence: UInt16
    private var pending: [UInt16: Pending] = [:]
    private var answers: [Packet] = []
    /// What came unasked, in order.
    public private(set) var pushes: [Packet] = []

    public init(_ profile: ClientProfile, at address: SocketAddress) async throws {
        self.profile = profile
        nextSequence = profile.firstSequence
        probe = try await StreamProbe.connect(to: address, within: .seconds(5))
    }

    /// Logs in as this client does and returns the bytes it sent, for golden tests.
    public func logIn(_ name: String, password: String = "grapevine") async throws -> IMLoginRes {
        let request = IMLoginReq(
            userName: name, password: try MD5.hex([UInt8](password.utf8).rawBytes), onlineStatus: .online,
            clientType: profile.clientType, clientVersion: profile.clientVersion.isEmpty ? nil : profile.clientVersion)
        return try await ask(.loginReq, request, .loginRes, numbered: true, within: profile.loginTimeout)
    }

    public func ask<Answer: ProtoMessage>(
        _ command: Command, _ message: some ProtoMessage, _ answer: Command
    ) async throws -> Answer {
        try await ask(
            command, message, answer, numbered: profile.sequenceOfOthers == nil, within: profile.requestTimeout)
    }

    /// Sends a message the way this client does: body as it is, ids and time as it fills them in.
    public func say(_ body: [UInt8], _ type: MsgType = .singleText, to user: UInt32) async throws -> IMMsgDataAck {
        let message = IMMsgData(
            fromUserID: profile.name == "iOS" ? 0 : 1, toSessionID: user, msgID: 0,
            createTime: profile.name == "iOS" ? 0 : 1_700_000_000, msgType: type, msgData: body)
        return try await ask(.msgData, message, .msgDataAck, numbered: true, within: profile.requestTimeout)
    }

    /// Waits for a push of this kind.
    public func push<Message: ProtoMessage>(_ command: Command) async throws -> Message {
        while true {
            if let index = pushes.firstIndex(where: { $0.command == command }) {
                return try pushes.remove(at: index).message()
            }
            try await receive(within: profile.requestTimeout)
        }
    }

    /// The next push, whatever it is.
    public func nextPush() async throws -> Packet {
        while pushes.isEmpty { try await receive(within: profile.requestTimeout) }
        return pushes.removeFirst()
    }

    /// Sends what has no answer, or what is one: then under the number of what asked for it.
    public func tell(_ command: Command, _ message: some ProtoMessage, answering number: UInt16? = nil) {
        send(command, number ?? profile.sequenceOfOthers ?? takeSequence(), message)
    }

    private func ask<Answer: ProtoMessage>(
        _ command: Command, _ message: some ProtoMessage, _ answer: Command, numbered: Bool, within limit: Duration
    ) async throws -> Answer {
        let sequence = numbered ? takeSequence() : profile.sequenceOfOthers ?? 0
        pending[sequence] = Pending(command: command, answer: answer)
        send(command, sequence, message)
        while true {
            if let index = answers.firstIndex(where: { $0.command == answer }) {
                return try answers.remove(at: index).message()
            }
            try await receive(within: limit)
        }
    }

    private func takeSequence() -> UInt16 {
        defer { nextSequence += 1 }
        return nextSequence
    }

    private func send(_ command: Command, _ sequence: UInt16, _ message: some ProtoMessage) {
        var writer = ByteWriter()
        var header = PDUHeader(command, sequence: sequence, bodyByteCount: message.byteCount)
        header.version = profile.headerVersion
        header.reserved = profile.headerReserved
        header.write(into: &writer)
        message.write(into: &writer)
        probe.send(writer.bytes.copied())
    }

    private func receive(within limit: Duration) async throws {
        let packet = try await probe.receive(within: limit) { bytes -> (Packet, Int)? in
            // Above 400 KiB the decoders of the mobile clients drop the connection.
            switch PDUFramer.next(in: bytes.rawBytes, limit: 409_600 - 1) {
            case .needMore: return nil
            case .pdu(let header, let body): return (Packet(header: header, body: Array(bytes[body])), body.upperBound)
            case .invalid(let reason): throw Misread(description: "a packet that this client cannot take: \(reason)")
            }
        }
        try sort(packet)
    }

    private func sort(_ packet: Packet) throws {
        let sequence = packet.header.sequence
        switch profile.matching {
        case .sequenceAlone:
            guard let expected = pending[sequence], sequence != 0 else { return pushes.append(packet) }
            guard packet.command == expected.answer else {
                throw Misread(
                    description: "\(profile.name) takes \(packet.header) for the answer to \(expected.command)")
            }
            pending[sequence] = nil
            answers.append(packet)
        case .commandAndSequence:
            if let expected = pending[sequence], packet.command == expected.answer {
                pending[sequence] = nil
                answers.append(packet)
            } else if packet.body.isEmpty {
                // iOS only counts it as a sign of life.
            } else {
                pushes.append(packet)
            }
        case .command:
            if let login = pending.first(where: { $0.value.command == .loginReq }), sequence == login.key {
                guard packet.command == .loginRes else {
                    throw Misread(description: "Windows takes \(packet.header) for the answer to its login")
                }
            }
            if let match = pending.first(where: { $0.value.answer == packet.command && $0.key == sequence }) {
                pending[match.key] = nil
                answers.append(packet)
            } else {
                pushes.append(packet)
            }
        }
    }
}
