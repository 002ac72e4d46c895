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
        var reader = ByteReader(bytes)
        guard let flags: UInt8 = reader.read(), let sessions: UInt32 = reader.read(), let port: UInt16 = reader.read()
        else { return nil }
        let host = reader.readRest()
        guard host.byteCount <= 255 else { return nil }
        self.init(
            isReady: flags & 1 != 0, isDraining: flags & 2 != 0, sessionCount: sessions,
            clientHost: String(decoding: host.copied(), as: UTF8.self), clientPort: port)
    }
}
