import Crypto
import Membership
import Primitives

/// The first words on a connection of the bus. Both sides prove that they know the cluster's secret, over everything
/// that was said and two fresh nonces; then each direction has a key of its own.
///
///     dialer   -> hello
///     acceptor -> hello, proof
///     dialer   -> proof, then records
///
/// Authenticated and encrypted, but who learns the secret later can read what was recorded before: there is no
/// forward secrecy.
struct Hello: Equatable {
    static let magic: UInt32 = 0x4756_4255
    static let version: UInt16 = 1
    static let nonceByteCount = 32
    static let byteCount = 4 + 2 + 2 + 4 + 2 + 6 + 2 + 1 + 1 + 6 + 8 + nonceByteCount

    var minVersion = version
    var maxVersion = version
    var cluster: UInt32
    var sender: Peer
    var receiver: NodeID
    var lane: Lane
    /// Records are sealed; both sides must want the same.
    var isSealed: Bool
    /// Of which life of the receiver `have` speaks; 0 for none.
    var haveEpoch: UInt64
    /// What the sender has of the receiver's log.
    var have: UInt64
    var nonce: [UInt8]

    func encode(into writer: inout ByteWriter) {
        writer.append(bigEndian: Self.magic)
        writer.append(bigEndian: minVersion)
        writer.append(bigEndian: maxVersion)
        writer.append(bigEndian: cluster)
        writer.append(sender.node)
        writer.append(sender.epoch)
        writer.append(receiver)
        writer.append(lane.rawValue)
        writer.append(isSealed ? 1 : 0)
        writer.append(bigEndian48: haveEpoch)
        writer.append(bigEndian: have)
        writer.append(nonce)
    }

    var encoded: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        encode(into: &writer)
        return writer.bytes.copied()
    }

    init(
        cluster: UInt32, sender: Peer, receiver: NodeID, lane: Lane, isSealed: Bool, haveEpoch: UInt64, have: UInt64,
        nonce: [UInt8]
    ) {
        self.cluster = cluster
        self.sender = sender
        self.receiver = receiver
        self.lane = lane
        self.isSealed = isSealed
        self.haveEpoch = haveEpoch
        self.have = have
        self.nonce = nonce
    }

    /// `nil` for anything else than a hello; `bytes` may be longer.
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard reader.read() == Self.magic, let minVersion: UInt16 = reader.read(),
            let maxVersion: UInt16 = reader.read(), let cluster: UInt32 = reader.read(),
            let node = reader.readNode(), let epoch = reader.readEpoch(), let receiver = reader.readNode(),
            let lane = reader.read().flatMap(Lane.init(rawValue:)), let flags: UInt8 = reader.read(),
            let haveEpoch = reader.readUInt48(), let have: UInt64 = reader.read(),
            let nonce = reader.readBytes(Self.nonceByteCount)
        else { return nil }
        self.init(
            cluster: cluster, sender: Peer(node, epoch), receiver: receiver, lane: lane, isSealed: flags & 1 != 0,
            haveEpoch: haveEpoch, have: have, nonce: nonce.copied())
        self.minVersion = minVersion
        self.maxVersion = maxVersion
    }

    /// The two can speak with each other.
    func fits(_ other: Hello) -> Bool {
        cluster == other.cluster && lane == other.lane && isSealed == other.isSealed
            && sender.node == other.receiver && receiver == other.sender.node
            && minVersion <= other.maxVersion && other.minVersion <= maxVersion
    }
}

/// What both sides derive from the secret and both hellos.
struct HandshakeKeys {
    static let proofByteCount = HMACSHA256.byteCount

    let acceptorProof: [UInt8]
    let dialerProof: [UInt8]
    let acceptorKey: [UInt8]
    let dialerKey: [UInt8]

    init(secret: [UInt8], dialer: Hello, acceptor: Hello) {
        let transcript = SHA256.digest((dialer.encoded + acceptor.encoded).rawBytes)
        func derive(_ purpose: String) -> [UInt8] {
            let info = [UInt8]("grapevine bus 1 \(purpose)".utf8)
            return HKDF.key(from: secret.rawBytes, salt: transcript.rawBytes, info: info.rawBytes)
        }
        acceptorProof = derive("acceptor's proof")
        dialerProof = derive("dialer's proof")
        acceptorKey = derive("acceptor's records")
        dialerKey = derive("dialer's records")
    }
}
