public import TLS

/// What a service does with its TCP connections. One instance per loop; every call comes on that loop's thread.
///
/// A handler may call any method of the loop from inside these calls, also close the connection: the loop buries
/// closed connections at the end of the turn, so nothing disappears under a caller.
public protocol StreamHandler: AnyObject {
    /// A connection was accepted, or an outgoing one is established.
    func opened(_ connection: ConnectionHandle, peer: SocketAddress)

    /// All bytes that arrived and were not taken yet. Returns how many leading bytes are taken now; the rest comes
    /// again together with what follows it. The span is valid during the call only.
    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int

    /// The peer has shut down its sending side, and may still read. `true`: the handler has something to say yet, and
    /// closes the connection itself. Otherwise what is queued is sent, and the connection closed.
    func inputEnded(_ connection: ConnectionHandle) -> Bool

    /// The output queue is empty again after the socket had been full.
    func drained(_ connection: ConnectionHandle)

    /// The deadline set with `EventLoop.setDeadline` has passed.
    func deadlinePassed(_ connection: ConnectionHandle)

    /// The connection is gone; the handle is dead after this call. Comes exactly once for each `opened`, and for an
    /// outgoing connection that was never established.
    func closed(_ connection: ConnectionHandle, reason: CloseReason)
}

extension StreamHandler {
    public func inputEnded(_ connection: ConnectionHandle) -> Bool { false }
}

public enum CloseReason: Equatable, Sendable {
    /// The service asked for it.
    case requested
    /// The peer closed its side.
    case peerClosed
    case failed(SystemError)
    /// The peer speaks no TLS that is acceptable here, or has no certificate that is believed.
    case tls(TLSError)
    /// Too many whose TLS began later waited for the first step of their handshakes.
    case overtaken
    /// The output queue passed `StreamLimits`: the peer reads slower than others write to it.
    case slowReader
    /// More unread input than `StreamLimits` allows.
    case inputTooLong
    case loopStopped
}

/// Bounds of one connection. Passing one closes the connection; nothing is dropped silently.
public struct StreamLimits: Sendable {
    /// Bytes that arrived and the handler has not taken.
    public var maxInputBytes = 1 << 20
    /// Bytes and frames waiting to be sent.
    public var maxOutputBytes = 1 << 20
    public var maxOutputFrames = 2_000
    /// Time without progress while the socket is full.
    public var maxStall: Duration = .seconds(10)

    public init() {}
}

/// A registered pair of handler and limits.
public struct StreamService: Hashable, Sendable {
    let index: UInt16
}

/// When a close takes effect.
public enum CloseMode {
    /// After everything queued was sent and the peer had a chance to read it (2 s at most).
    case afterFlush
    /// At the end of this turn; what is queued is lost.
    case now
}
