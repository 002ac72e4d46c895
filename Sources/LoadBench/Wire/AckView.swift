import Primitives
import Protobuf
import TalkProtocol

/// An `IMMsgDataAck` read where it lies: one comes for each message sent, and its key would be an allocation.
struct AckView: ~Escapable {
    private let body: RawSpan
    private(set) var user = UserID(0)
    private(set) var sessionID: UInt32 = 0
    private(set) var id: UInt32 = 0
    let sessionType: SessionType
    private var clientKeyRange: Range<Int>?

    @_lifetime(copy body)
    init(_ body: RawSpan) throws(ProtoError) {
        self.body = body
        var reader = ProtoReader(body)
        var sessionType: SessionType?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: user = UserID(try reader.uint32())
            case 0x10: sessionID = try reader.uint32()
            case 0x18: id = try reader.uint32()
            case 0x20: sessionType = try reader.enumeration() ?? sessionType
            case 0xF2: clientKeyRange = try reader.range()
            default: try reader.skip(tag)
            }
        }
        guard let sessionType else { throw .missing(field: 4) }
        self.sessionType = sessionType
    }

    /// The client key as it came, if there was one.
    var clientKey: RawSpan? {
        @_lifetime(copy self) get {
            guard let clientKeyRange else { return nil }
            return body.extracting(clientKeyRange)
        }
    }
}
