public import Primitives
public import TalkProtocol

/// A call, as it is written down.
public struct CallRow: Equatable, Sendable {
    public enum Outcome: Int16, CaseIterable, Sendable {
        case answered = 0
        case refused = 1
        case busy = 2
        case away = 3
        case noAnswer = 4
        case cancelled = 5
        /// Its node has ended without a word of it.
        case lost = 6
    }

    public static let nameByteCount = 16

    /// `nameByteCount` random bytes: whoever writes it again writes the same row.
    public let name: [UInt8]
    public let caller: UserID
    public let callee: UserID
    public let isVideo: Bool
    /// The life of the node that it belongs to.
    public let node: UInt16
    public let epoch: UInt64
    public let began: UnixTime
    public var answered: UnixTime?
    public var ended: (at: UnixTime, Outcome)?

    public init(
        name: [UInt8], caller: UserID, callee: UserID, isVideo: Bool, node: UInt16, epoch: UInt64, began: UnixTime
    ) {
        self.name = name
        self.caller = caller
        self.callee = callee
        self.isVideo = isVideo
        self.node = node
        self.epoch = epoch
        self.began = began
    }

    public static func == (left: CallRow, right: CallRow) -> Bool {
        left.name == right.name && left.caller == right.caller && left.callee == right.callee
            && left.isVideo == right.isVideo && left.node == right.node && left.epoch == right.epoch
            && left.began == right.began && left.answered == right.answered && left.ended?.at == right.ended?.at
            && left.ended?.1 == right.ended?.1
    }
}

/// A call that was written down, under the number that lists go by.
public struct NumberedCall: Equatable, Sendable {
    public let number: Int64
    public let call: CallRow
}
