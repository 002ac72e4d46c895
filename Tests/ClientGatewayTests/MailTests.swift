@testable import ClientGateway
import Conversations
import DBProxy
import Membership
import Presence
import Primitives
import TalkProtocol
import Testing
import TopicBus

/// What loops and nodes say to each other, byte for byte: nodes of neighbouring versions understand each other.
@Suite struct MailTests {
    private static let session = SessionAddress(loop: 2, slot: 0x0102_0304, generation: 0x0506_0708)

    private static func send(clientKey: SendKey?) throws -> Send {
        Send(
            conversation: try #require(.pair(UserID(1), UserID(2))), sender: UserID(2), type: .groupText,
            key: SendKey(high: 3, low: 4), keyExpires: clientKey == nil, clientKey: clientKey, origin: session,
            sequence: 9)
    }

    private static func written(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        body(&writer)
        return writer.bytes.copied()
    }

    /// Reads, and expects that nothing shorter is read.
    private static func part<Part>(
        _ bytes: [UInt8], _ read: (inout ByteReader) -> Part?, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Part {
        for length in bytes.indices {
            var reader = ByteReader(bytes.rawBytes.extracting(first: length))
            #expect(read(&reader) == nil, "\(length) of \(bytes.count) bytes", sourceLocation: sourceLocation)
        }
        var reader = ByteReader(bytes.rawBytes)
        let part = read(&reader)
        let isAtEnd = reader.isAtEnd
        #expect(isAtEnd, sourceLocation: sourceLocation)
        return try #require(part, sourceLocation: sourceLocation)
    }

    @Test(arguments: [nil, SendKey(high: 5, low: 6)]) func aSendCrossesLoops(clientKey: SendKey?) throws {
        let send = try Self.send(clientKey: clientKey)
        let read = try Self.part(Self.written { AckMail(send: send, id: MessageID(7)).write(into: &$0) }) {
            AckMail(reading: &$0)
        }
        #expect(read.id == MessageID(7) && read.send.conversation == send.conversation)
        #expect(read.send.sender == send.sender && read.send.type == send.type && read.send.key == send.key)
        #expect(read.send.keyExpires == send.keyExpires && read.send.clientKey == clientKey)
        #expect(read.send.origin == Self.session && read.send.sequence == 9)
    }

    @Test(arguments: [nil, SQLState([UInt8]("40001".utf8))]) func aLostSendCrossesLoops(state: SQLState?) throws {
        let lost = LostSend(try Self.send(clientKey: nil), byteCount: 70_000, because: .timedOut, state)
        let read = try Self.part(Self.written { lost.write(into: &$0) }) { LostSend(reading: &$0) }
        #expect(read.byteCount == 70_000 && read.reason == .timedOut && read.state?.description == state?.description)
    }

    @Test func aReadingCrossesLoops() throws {
        let reading = Reading(
            conversation: .group(GroupID(7)), user: UserID(1), device: .mobile, origin: Self.session, last: 12)
        let read = try Self.part(Self.written { reading.write(into: &$0) }) { Reading(reading: &$0) }
        #expect(read.conversation == reading.conversation && read.user == UserID(1) && read.device == .mobile)
        #expect(read.origin == Self.session && read.last == 12)
    }

    @Test func orderForASessionCrossesLoops() throws {
        let kick = Self.written { KickMail(session: Self.session, reason: .mobileKick).write(into: &$0) }
        let readKick = try Self.part(kick) { KickMail(reading: &$0, on: 2) }
        #expect(readKick.session == Self.session && readKick.reason == .mobileKick)
        let status = Self.written { PCStatusMail(mobile: Self.session, always: true).write(into: &$0) }
        let readStatus = try Self.part(status) { PCStatusMail(reading: &$0, on: 2) }
        #expect(readStatus.mobile == Self.session && readStatus.always)
    }

    @Test func changesOfSessionsCrossLoops() throws {
        let opened = SessionOpened(user: UserID(1), clientType: .android, status: .online, login: -5)
        let readOpened = try Self.part(Self.written { opened.write(into: &$0) }) { SessionOpened(reading: &$0) }
        #expect(readOpened.user == UserID(1) && readOpened.clientType == .android)
        #expect(readOpened.status == .online && readOpened.login == -5)
        let closed = SessionClosed(user: UserID(1), device: .mobile, login: 6)
        let readClosed = try Self.part(Self.written { closed.write(into: &$0) }) { SessionClosed(reading: &$0) }
        #expect(readClosed.user == UserID(1) && readClosed.device == .mobile && readClosed.login == 6)
    }

    @Test func recentMessagesCrossLoops() throws {
        let recent = RecentMessages(conversation: .group(GroupID(7)), first: MessageID(3), head: MessageID(9))
        #expect(try Self.part(Self.written { recent.write(into: &$0) }) { RecentMessages(reading: &$0) } == recent)
    }

    @Test func aPacketCrossesLoopsWithItsSessions() {
        let others = [Self.session, SessionAddress(loop: 2, slot: 9, generation: 1)]
        let bytes = Self.written { PacketMail.write([1, 2, 3].rawBytes, to: others[...], into: &$0) }
        #expect(bytes == [0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 9, 0, 0, 0, 1, 1, 2, 3])
        guard let mail = PacketMail(bytes.rawBytes) else {
            Issue.record("no packet")
            return
        }
        var sessions: [SessionAddress] = []
        let packet = mail.packet.copied()
        var rest = mail.sessions
        while let session = SessionAddress(reading: &rest, on: 2) { sessions.append(session) }
        #expect(sessions == others && packet == [1, 2, 3])
        for length in 0..<18 {
            let isRead = PacketMail(bytes.rawBytes.extracting(first: length)) != nil
            #expect(!isRead, "\(length) bytes")
        }
    }

    @Test(arguments: [[], [3, 5]] as [[UInt16]]) func aPublicationNamesItsNodes(numbers: [UInt16]) throws {
        let nodes = try numbers.map { try #require(NodeID(rawValue: $0)) }
        let bytes = Self.written {
            Publication.write(.kick, key: 4, asHint: true, to: nodes, into: &$0) { $0.append([8, 9]) }
        }
        guard let publication = Publication(bytes.rawBytes) else {
            Issue.record("no publication")
            return
        }
        let (topic, key, isHint) = (publication.topic, publication.key, publication.isHint)
        let body = publication.body.copied()
        #expect(topic == .kick && key == 4 && isHint && body == [8, 9])
        guard var targets = publication.nodes else {
            #expect(nodes.isEmpty)
            return
        }
        var read: [NodeID] = []
        while let node = targets.readNode() { read.append(node) }
        #expect(read == nodes)
    }

    // MARK: Between nodes

    @Test func messagesBetweenNodesAreWhatTheyWere() {
        let users = [UserID(1), UserID(0x0A0B_0C0D)]
        let message = Self.written { RemoteMessage.write(MessageID(7), users, [99].rawBytes, into: &$0) }
        #expect(message == [0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 1, 10, 11, 12, 13, 99])
        let push = Self.written { RemotePush.write(.pcs, users, [99].rawBytes, into: &$0) }
        #expect(push == [1, 0, 0, 0, 2, 0, 0, 0, 1, 10, 11, 12, 13, 99])
        #expect(Self.written { Broadcast.write(.pcs, [99].rawBytes, into: &$0) } == [1, 99])
        #expect(Self.written { RemoteDrain(nil).write(into: &$0) } == [0, 0, 0, 0])
        let kick = RemoteKick(device: .mobile, reason: .mobileKick, login: LoginEpoch(rawValue: 70_000))
        #expect(Self.written { kick.write(into: &$0) } == [1, 2, 0, 1, 17, 112])
    }

    @Test func aListOfUsersLongerThanItsMessageIsNone() {
        for count: [UInt8] in [[0, 0, 0, 2], [0x40, 0, 0, 1], [255, 255, 255, 255]] {
            let bytes: [UInt8] = [0, 0, 0, 7] + count + [0, 0, 0, 1]
            let isRead = RemoteMessage(bytes.rawBytes) != nil
            #expect(!isRead)
        }
    }
}
