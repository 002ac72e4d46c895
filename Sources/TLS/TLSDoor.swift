import Synchronization

/// The TLS of one listener: which context a connection that begins now gets. Any thread; another one can be put in its
/// place at any time, and connections keep theirs.
public final class TLSDoor: Sendable {
    /// The first byte of a TLS connection: a record of the handshake (RFC 8446, section 5.1).
    public static let firstByte: UInt8 = 0x16

    private let current: Mutex<TLSContext?>

    /// - Parameter context: `nil`: no TLS is spoken here.
    public init(_ context: TLSContext?) {
        current = Mutex(context)
    }

    public var context: TLSContext? { current.withLock { $0 } }

    public func replace(_ context: TLSContext?) {
        current.withLock { $0 = context }
    }
}
