import Primitives

/// What a node says of itself in every beat: where clients find it, and how busy it is.
public struct PeerStatus: Hashable, Sendable {
    /// Clients may be sent there.
    public var isReady: Bool
    /// It is about to go: clients must not be sent there any more.
    public var isDraining: Bool
    public var sessionCount: UInt32
    /// Host name or address for clients, at most 255 bytes.
    public var clientHost: String
    public var clientPort: UInt16

    public init(isReady: Bool, isDraining: Bool, sessionCount: UInt32, clientHost: String, clientPort: UInt16) {
        self.isReady = isReady
        self.isDraining = isDraining
        self.sessionCount = sessionCount
        self.clientHost = clientHost
        self.clientPort = clientPort
    }

    /// u8 flags, u32 sessions, u16 port, then the host.
    public var encoded: [UInt8] {
        var writer = ByteWriter(capacity: 64)
        writer.append(UInt8(isReady ? 1 : 0) | UInt8(isDraining ? 2 : 0))
        writer.append(bigEndian: sessionCount)
        writer.append(bigEndian: clientPort)
        writer.append(Array(clientHost.utf8.prefix(255)))
        return writer.bytes.copied()
    }

    public init?(_ bytes: RawSpan) {
        guard let flags = bytes.byte(at: 0), let sessions = bytes.bigEndian(at: 1, as: UInt32.self),
            let port = bytes.bigEndian(at: 5, as: UInt16.self), bytes.byteCount <= 7 + 255
        else { return nil }
        let host = String(decoding: bytes.extracting(droppingFirst: 7).copied(), as: UTF8.self)
        self.init(
            isReady: flags & 1 != 0, isDraining: flags & 2 != 0, sessionCount: sessions, clientHost: host,
            clientPort: port)
    }
}
