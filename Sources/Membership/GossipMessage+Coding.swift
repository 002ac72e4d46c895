public import Primitives

/// The bytes of a message, big endian:
///
///     u8 kind   u8 zero   u16 sender   u48 epoch   u32 incarnation   u32 sequence
///     u16 receiver   u16 subject   u16 cursor   u64 table hash   entries: u8 type, u8 length, body
///
/// Entries of an unknown type are skipped, so that a later version may add some.
extension GossipMessage {
    public static let headerByteCount = 32
    static let aliveByteCount = 34
    static let standingByteCount = 16
    static let databaseByteCount = 12

    /// As it travels, with its seal.
    public var sealedByteCount: Int {
        let mark = database == nil ? 0 : 2 + Self.databaseByteCount
        return entries.reduce(Self.headerByteCount + GossipSeal.overheadByteCount + mark) { $0 + $1.byteCount }
    }

    private enum EntryType: UInt8 {
        case alive = 1
        case standing = 2
        /// No entry of a member: the sender's own.
        case database = 3
    }

    public func encode(into writer: inout ByteWriter) {
        writer.append(kind.rawValue)
        writer.append(0)
        writer.append(sender)
        writer.append(epoch)
        writer.append(bigEndian: incarnation)
        writer.append(bigEndian: sequence)
        writer.append(receiver)
        writer.append(subject)
        writer.append(bigEndian: cursor)
        writer.append(bigEndian: tableHash)
        for entry in entries { entry.encode(into: &writer) }
        guard let database else { return }
        writer.append(EntryType.database.rawValue)
        writer.append(UInt8(Self.databaseByteCount))
        writer.append(bigEndian: database.database)
        writer.append(bigEndian: database.timeline)
    }

    /// `nil` for bytes that no member of this version wrote.
    public init?(_ bytes: RawSpan) {
        guard let kind = bytes.byte(at: 0).flatMap(Kind.init(rawValue:)), let sender = bytes.node(at: 2),
            let epoch = bytes.epoch(at: 4), let incarnation = bytes.bigEndian(at: 10, as: UInt32.self),
            let sequence = bytes.bigEndian(at: 14, as: UInt32.self),
            let cursor = bytes.bigEndian(at: 22, as: UInt16.self),
            let tableHash = bytes.bigEndian(at: 24, as: UInt64.self)
        else { return nil }
        self.init(
            kind, from: sender, epoch: epoch, incarnation: incarnation, sequence: sequence, to: bytes.node(at: 18),
            subject: bytes.node(at: 20), cursor: cursor, tableHash: tableHash)
        var rest = bytes.extracting(droppingFirst: Self.headerByteCount)
        while let type = rest.byte(at: 0) {
            guard let length = rest.byte(at: 1), let body = rest.slice(2..<2 + Int(length)) else { return nil }
            switch EntryType(rawValue: type) {
            case .database?:
                guard let id = body.bigEndian(at: 0, as: UInt64.self),
                    let timeline = body.bigEndian(at: 8, as: UInt32.self)
                else { return nil }
                database = DatabaseMark(database: id, timeline: timeline)
            case let known?:
                guard let entry = Entry(known == .alive, body) else { return nil }
                entries.append(entry)
            case nil: break
            }
            rest = rest.extracting(droppingFirst: 2 + Int(length))
        }
    }
}

extension GossipMessage.Entry {
    /// With type and length.
    var byteCount: Int {
        switch self {
        case .alive: 2 + GossipMessage.aliveByteCount
        case .suspect, .dead, .left: 2 + GossipMessage.standingByteCount
        }
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        switch self {
        case .alive(let node, let epoch, let incarnation, let address):
            writer.append(1)
            writer.append(UInt8(GossipMessage.aliveByteCount))
            writer.append(node)
            writer.append(epoch)
            writer.append(bigEndian: incarnation)
            writer.append(bigEndian: address.high)
            writer.append(bigEndian: address.low)
            writer.append(bigEndian: address.gossipPort)
            writer.append(bigEndian: address.busPort)
            writer.append(bigEndian: UInt16(0))
        case .suspect(let node, let epoch, let incarnation, let accuser, let refused):
            Self.encode(.suspect, node, epoch, incarnation, accuser, refused, into: &writer)
        case .dead(let node, let epoch, let incarnation, let crashed):
            Self.encode(.dead, node, epoch, incarnation, nil, crashed, into: &writer)
        case .left(let node, let epoch, let incarnation):
            Self.encode(.left, node, epoch, incarnation, nil, false, into: &writer)
        }
    }

    private static func encode(
        _ rank: Rank, _ node: NodeID, _ epoch: NodeEpoch, _ incarnation: Incarnation, _ accuser: NodeID?,
        _ refused: Bool, into writer: inout ByteWriter
    ) {
        writer.append(2)
        writer.append(UInt8(GossipMessage.standingByteCount))
        writer.append(rank.rawValue)
        writer.append(refused ? 1 : 0)
        writer.append(node)
        writer.append(epoch)
        writer.append(bigEndian: incarnation)
        writer.append(accuser)
    }

    fileprivate init?(_ isAlive: Bool, _ body: RawSpan) {
        if isAlive {
            guard body.byteCount >= GossipMessage.aliveByteCount, let node = body.node(at: 0),
                let epoch = body.epoch(at: 2), let incarnation = body.bigEndian(at: 8, as: UInt32.self),
                let high = body.bigEndian(at: 12, as: UInt64.self), let low = body.bigEndian(at: 20, as: UInt64.self),
                let gossipPort = body.bigEndian(at: 28, as: UInt16.self),
                let busPort = body.bigEndian(at: 30, as: UInt16.self)
            else { return nil }
            let address = MemberAddress(high: high, low: low, gossipPort: gossipPort, busPort: busPort)
            self = .alive(node, epoch, incarnation, address)
            return
        }
        guard body.byteCount >= GossipMessage.standingByteCount,
            let rank = body.byte(at: 0).flatMap(Rank.init(rawValue:)), let flags = body.byte(at: 1),
            let node = body.node(at: 2), let epoch = body.epoch(at: 4),
            let incarnation = body.bigEndian(at: 10, as: UInt32.self)
        else { return nil }
        switch rank {
        case .alive: return nil
        case .suspect:
            guard let accuser = body.node(at: 14) else { return nil }
            self = .suspect(node, epoch, incarnation, accuser: accuser, refused: flags & 1 != 0)
        case .dead: self = .dead(node, epoch, incarnation, crashed: flags & 1 != 0)
        case .left: self = .left(node, epoch, incarnation)
        }
    }
}
