import Primitives
public import Protobuf

/// An `IMMsgData` read where it lies: the message path copies its content once, from the socket to the database, and
/// this is what it looks at meanwhile.
///
/// Accepts and refuses exactly what `IMMsgData(reading:)` does.
public struct MessageDataView: ~Escapable {
    private let body: RawSpan

    public private(set) var fromUserID = UserID(0)
    /// A user or a group, as `type` says.
    public private(set) var toSessionID: UInt32 = 0
    public private(set) var msgID = MessageID(0)
    /// Seconds since 1970 in UTC.
    public private(set) var createTime: UInt32 = 0
    public let type: MsgType
    /// The place of the content in the body.
    public private(set) var dataRange = 0..<0
    /// The place of the client key in the body, if there is one; its length is whatever the client sent.
    public private(set) var clientKeyRange: Range<Int>?

    @_lifetime(copy body)
    public init(_ body: RawSpan) throws(ProtoError) {
        self.body = body
        var reader = ProtoReader(body)
        var type: MsgType?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromUserID = UserID(try reader.uint32())
            case 0x10: toSessionID = try reader.uint32()
            case 0x18: msgID = MessageID(try reader.uint32())
            case 0x20: createTime = try reader.uint32()
            case 0x28: type = try reader.enumeration() ?? type
            case 0x32: dataRange = try reader.range()
            case 0xF2: clientKeyRange = try reader.range()
            default: try reader.skip(tag)
            }
        }
        guard let type else { throw .missing(field: 5) }
        self.type = type
    }

    public var data: RawSpan {
        @_lifetime(copy self) get { body.extracting(dataRange) }
    }

    public var clientKey: RawSpan? {
        @_lifetime(copy self) get {
            guard let clientKeyRange else { return nil }
            return body.extracting(clientKeyRange)
        }
    }
}
