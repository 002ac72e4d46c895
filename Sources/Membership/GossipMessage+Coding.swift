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
        var reader = ByteReader(bytes)
        guard let kind = reader.read().flatMap(Kind.init(rawValue:)), reader.skip(1), let sender = reader.readNode(),
            let epoch = reader.readEpoch(), let incarnation: Incarnation = reader.read(),
            let sequence: UInt32 = reader.read(), let receiver: UInt16 = reader.read(),
            let subject: UInt16 = reader.read(), let cursor: UInt16 = reader.read(),
            let tableHash: UInt64 = reader.read()
        else { return nil }
        self.init(
            kind, from: sender, epoch: epoch, incarnation: incarnation, sequence: sequence,
            to: NodeID(rawValue: receiver), subject: NodeID(rawValue: subject), cursor: cursor, tableHash: tableHash)
        while let type: UInt8 = reader.read() {
            guard let length: UInt8 = reader.read(), let body = reader.readBytes(Int(length)), add(type, body) else {
                return nil
            }
        }
    }

    /// `false` for an entry of a known type that cannot be read. It may be longer than it is in this version.
    private mutating func add(_ type: UInt8, _ body: RawSpan) -> Bool {
        var reader = ByteReader(body)
        let entry: Entry?
        switch EntryType(rawValue: type) {
        case .database?:
            guard let id: UInt64 = reader.read(), let timeline: UInt32 = reader.read() else { return false }
            database = DatabaseMark(database: id, timeline: timeline)
            return true
        case .alive?: entry = Entry(readingAlive: &reader)
        case .standing?: entry = Entry(readingStanding: &reader)
        case nil: return true
        }
        guard let entry else { return false }
        entries.append(entry)
        return true
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

    fileprivate init?(readingAlive reader: inout ByteReader) {
        guard let node = reader.readNode(), let epoch = reader.readEpoch(),
            let incarnation: Incarnation = reader.read(), let high: UInt64 = reader.read(),
            let low: UInt64 = reader.read(), let gossipPort: UInt16 = reader.read(),
            let busPort: UInt16 = reader.read(), reader.skip(2)
        else { return nil }
        let address = MemberAddress(high: high, low: low, gossipPort: gossipPort, busPort: busPort)
        self = .alive(node, epoch, incarnation, address)
    }

    fileprivate init?(readingStanding reader: inout ByteReader) {
        guard let rank = reader.read().flatMap(Rank.init(rawValue:)), let flags: UInt8 = reader.read(),
            let node = reader.readNode(), let epoch = reader.readEpoch(), let incarnation: Incarnation = reader.read(),
            let accuser: UInt16 = reader.read()
        else { return nil }
        switch rank {
        case .alive: return nil
        case .suspect:
            guard let accuser = NodeID(rawValue: accuser) else { return nil }
            self = .suspect(node, epoch, incarnation, accuser: accuser, refused: flags & 1 != 0)
        case .dead: self = .dead(node, epoch, incarnation, crashed: flags & 1 != 0)
        case .left: self = .left(node, epoch, incarnation)
        }
    }
}
