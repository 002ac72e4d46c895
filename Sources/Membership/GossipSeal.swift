public import Crypto
public import Primitives

/// Hides and authenticates datagrams between nodes that share the cluster's secret (AES-256-GCM), and drops those that
/// come twice.
///
/// A datagram: u16 magic, u8 version, u8 key, u32 cluster, u64 salt, u48 number; ciphertext; 16 bytes of tag.
/// Each start of a process draws a salt and derives a key of its own from it, so that no nonce comes twice under one
/// key, even when a database restored from a backup issues an epoch again. Confined to its loop.
public final class GossipSeal {
    static let headerByteCount = 22
    static let overheadByteCount = headerByteCount + AES256GCM.tagByteCount
    private static let magic: UInt16 = 0x4756
    private static let version: UInt8 = 1
    private static let maxSenders = 4096

    private struct Sender {
        let cipher: AES256GCM
        var window = ReplayWindow()
        /// The order in which senders were last heard.
        var lastHeard: UInt64
    }

    private let secret: [UInt8]
    private let cluster: UInt32
    private let salt: UInt64
    private let cipher: AES256GCM
    private var number: UInt64 = 0
    private var heard: UInt64 = 0
    private var senders: [UInt64: Sender] = [:]
    private let plain = ScratchWriter(capacity: 2048)

    /// Datagrams that were not ours, or forged.
    public private(set) var rejected = 0
    /// Datagrams that had come before.
    public private(set) var replayed = 0

    /// - Parameters:
    ///   - secret: the cluster's.
    ///   - cluster: its name; members of another cluster are not heard, even with the same secret.
    ///   - salt: random for each start.
    public init(secret: [UInt8], cluster: String, salt: UInt64) throws(CryptoError) {
        self.secret = secret
        self.salt = salt
        self.cluster = SHA256.digest([UInt8](cluster.utf8).rawBytes).rawBytes.bigEndian(at: 0) ?? 0
        cipher = try Self.cipher(secret, salt)
    }

    /// Appends the datagram that carries `message`.
    public func seal(_ message: GossipMessage, into writer: inout ByteWriter) {
        let plain = plain
        plain.writer.clear()
        message.encode(into: &plain.writer)
        number += 1
        var header = ByteWriter(capacity: Self.headerByteCount)
        header.append(bigEndian: Self.magic)
        header.append(Self.version)
        header.append(0)
        header.append(bigEndian: cluster)
        header.append(bigEndian: salt)
        header.append(bigEndian48: number)
        writer.append(header.bytes)
        cipher.seal(plain.writer.bytes, nonce: Self.nonce(number).rawBytes, header: header.bytes, into: &writer)
    }

    /// `nil` for what no member sent, and for what came before.
    public func open(_ datagram: RawSpan) -> GossipMessage? {
        var reader = ByteReader(datagram)
        guard reader.read() == Self.magic, reader.read() == Self.version, reader.read(UInt8.self) == 0,
            reader.read() == cluster, let salt: UInt64 = reader.read(), let number = reader.readUInt48()
        else { return reject() }
        let header = datagram.extracting(first: reader.offset)
        let known = senders[salt]
        guard let cipher = known?.cipher ?? (try? Self.cipher(secret, salt)) else { return reject() }
        let plain = plain
        plain.writer.clear()
        guard
            cipher.open(
                reader.readRest(), nonce: Self.nonce(number).rawBytes, header: header, into: &plain.writer)
        else { return reject() }
        heard += 1
        var sender = known ?? Sender(cipher: cipher, lastHeard: heard)
        sender.lastHeard = heard
        let isNew = sender.window.accept(number)
        if known == nil { makeRoom() }
        senders[salt] = sender
        guard isNew else {
            replayed += 1
            return nil
        }
        return GossipMessage(plain.writer.bytes) ?? reject()
    }

    private func reject() -> GossipMessage? {
        rejected += 1
        return nil
    }

    private func makeRoom() {
        guard senders.count >= Self.maxSenders else { return }
        let oldest = senders.min { $0.value.lastHeard < $1.value.lastHeard }
        if let oldest { senders[oldest.key] = nil }
    }

    private static func cipher(_ secret: [UInt8], _ salt: UInt64) throws(CryptoError) -> AES256GCM {
        var salted = ByteWriter(capacity: 8)
        salted.append(bigEndian: salt)
        let key = HKDF.key(
            from: secret.rawBytes, salt: salted.bytes, info: [UInt8]("grapevine gossip 1".utf8).rawBytes)
        return try AES256GCM(key: key.rawBytes)
    }

    private static func nonce(_ number: UInt64) -> [UInt8] {
        var nonce = ByteWriter(capacity: AES256GCM.nonceByteCount)
        nonce.append(bigEndian: UInt32(0))
        nonce.append(bigEndian: number)
        return nonce.bytes.copied()
    }
}
