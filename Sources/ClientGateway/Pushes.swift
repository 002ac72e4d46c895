public import Conversations
import Log
import Metrics
import Primitives
import Protobuf
import Reactor
public import TalkProtocol

/// Packets on their way to the sessions of users.
extension Gateway: ConversationOutlet {
    public func push(
        _ packet: RawSpan, of message: MessageName, to users: [UserID], except origin: SessionAddress?,
        after wait: Duration?
    ) {
        for user in users { addTargets(user, .everyone, except: origin) }
        noteTargets(of: message, by: Self.sender(of: packet))
        pushToTargets(packet)
        if let wait { conversations.timings.delivery.record(wait) }
    }

    /// To sessions of this node.
    func push(_ packet: RawSpan, to users: [UserID], _ audience: Audience, except origin: SessionAddress?) {
        for user in users { addTargets(user, audience, except: origin) }
        pushToTargets(packet)
    }

    public func push(
        _ packet: RawSpan, of message: MessageName, to one: UserID, and other: UserID, except origin: SessionAddress?,
        after wait: Duration?
    ) {
        addTargets(one, .everyone, except: origin)
        if other != one { addTargets(other, .everyone, except: origin) }
        noteTargets(of: message, by: Self.sender(of: packet))
        pushToTargets(packet)
        if let wait { conversations.timings.delivery.record(wait) }
    }

    /// Writes a push (sequence 0) and sends it to all sessions of the users but one, on all nodes.
    func notify(_ users: [UserID], except origin: SessionAddress?, _ command: Command, _ message: some ProtoMessage) {
        var writer = ByteWriter()
        writer.append(command, sequence: 0, message)
        pushEverywhere(writer.bytes, to: users, except: origin)
    }

    func push(_ packet: RawSpan, to address: SessionAddress) {
        targets[Int(address.loop)].append(address)
        pushToTargets(packet)
    }

    private func addTargets(_ user: UserID, _ audience: Audience, except origin: SessionAddress?) {
        let presence = online.presence(of: user)
        for device in DeviceClass.allCases where audience.includes(device) {
            if let address = presence[device]?.address, address != origin {
                targets[Int(address.loop)].append(address)
                targetDevices.append((user, device))
            }
        }
    }

    private func noteTargets(of message: MessageName, by sender: UserID) {
        if !targetDevices.isEmpty { note(pushedTo: targetDevices, of: message, by: sender) }
    }

    /// Of a message, as it is on its way to clients; 0 of what is none.
    static func sender(of packet: RawSpan) -> UserID {
        let body = packet.extracting(droppingFirst: min(PDUHeader.byteCount, packet.byteCount))
        guard let message = try? MessageDataView(body) else { return UserID(0) }
        return message.fromUserID
    }

    private func pushToTargets(_ packet: RawSpan) {
        for index in targets.indices where !targets[index].isEmpty {
            counters.pushed.add(UInt64(targets[index].count))
            if index == loop.index {
                for address in targets[index] { sessions[address]?.send(packet) }
            } else {
                post(packet, to: targets[index], on: index)
            }
            targets[index].removeAll(keepingCapacity: true)
        }
        targetDevices.removeAll(keepingCapacity: true)
    }

    /// In pieces that the count of a mail can say.
    private func post(_ packet: RawSpan, to addresses: [SessionAddress], on index: Int) {
        var start = 0
        while start < addresses.count {
            let piece = addresses[start..<min(addresses.count, start + PacketMail.maxSessions)]
            start = piece.endIndex
            loop.post(.push, to: index) { PacketMail.write(packet, to: piece, into: &$0) }
        }
    }

    /// From another loop.
    func push(_ mail: PacketMail) {
        let packet = mail.packet
        var rest = mail.sessions
        while let address = SessionAddress(reading: &rest, on: loop.index) { sessions[address]?.send(packet) }
    }

    /// Packets for every session of the node, or of its PCs.
    func broadcast(_ packets: RawSpan, to audience: Audience) {
        for index in 0..<shared.loops {
            loop.post(.broadcast, to: index) { Broadcast.write(audience, packets, into: &$0) }
        }
    }

    /// One packet at a time: what carries a session may not take two together.
    func pushEach(_ packets: RawSpan, to audience: Audience) {
        var rest = packets
        while case .pdu(_, let body) = PDUFramer.next(in: rest, limit: rest.byteCount) {
            let packet = rest.extracting(first: body.upperBound)
            for session in roster.pcs where session.isOnline { session.send(packet) }
            if audience == .everyone {
                for session in roster.mobiles where session.isOnline { session.send(packet) }
            }
            rest = rest.extracting(droppingFirst: body.upperBound)
        }
    }
}

/// A packet for some sessions of a loop: u16 count, the sessions, the packet.
struct PacketMail: ~Escapable {
    static let maxSessions = Int(UInt16.max)

    /// To be read with `SessionAddress(reading:on:)`.
    let sessions: ByteReader
    let packet: RawSpan

    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let count: UInt16 = reader.read(),
            let sessions = reader.readBytes(Int(count) * SessionAddress.byteCount)
        else { return nil }
        self.sessions = ByteReader(sessions)
        packet = reader.readRest()
    }

    static func write(_ packet: RawSpan, to sessions: ArraySlice<SessionAddress>, into writer: inout ByteWriter) {
        writer.append(bigEndian: UInt16(sessions.count))
        for session in sessions { session.write(into: &writer) }
        writer.append(packet)
    }
}

enum Audience: UInt8 {
    case everyone = 0
    case pcs = 1

    func includes(_ device: DeviceClass) -> Bool {
        switch self {
        case .everyone: true
        case .pcs: device == .pc
        }
    }
}

/// Packets for all sessions, or for those of PCs, of a loop or of another node: u8 audience, the packets.
struct Broadcast: ~Escapable {
    let audience: Audience
    let packets: RawSpan

    /// `nil` also for an audience that only a later version knows.
    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let audience = reader.read().flatMap(Audience.init(rawValue:)) else { return nil }
        self.audience = audience
        packets = reader.readRest()
    }

    static func write(_ audience: Audience, _ packets: RawSpan, into writer: inout ByteWriter) {
        writer.append(audience.rawValue)
        writer.append(packets)
    }
}
