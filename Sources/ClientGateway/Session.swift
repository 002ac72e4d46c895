import Accounts
import Conversations
import Primitives
import Reactor
import TalkProtocol

/// One client connection from accept to close. Belongs to its loop.
///
/// Whoever must outlive it keeps its address, never a weak reference: that would make each of its references, a few for
/// every packet, count in a table beside it (see `Resumption`).
final class Session {
    /// Known for sure from its first packet on.
    unowned var transport: any ClientTransport
    let connection: ConnectionHandle
    let address: SessionAddress
    let peer: SocketAddress

    var gate = SessionGate()
    /// Counted among the newcomers.
    var isNewcomer = true
    /// In the roster, while it is online.
    var place = 0
    /// Nothing is read from it until one of its requests is answered.
    var isHeldUp = false
    /// It has ended, and its connection stays open until then: see `Gateway.silence`.
    var silentUntil: Instant?
    /// Packets that came since it ended.
    var ignored = 0
    /// Valid once the phase is `online`.
    var user = UserID(0)
    var clientType = ClientType.windows
    /// While its login is being judged.
    var login: LoginInterest?
    /// Its client knows the extensions of this server: tokens, keys of messages.
    var isExtended = false
    var epoch: Int64 = 0
    /// Unix seconds.
    var loginTime: UInt32 = 0
    /// What its device is told of messages by while it is away, if it said so in this session.
    var deviceToken: String?
    /// Messages that it sent and that are neither acknowledged nor given up.
    var unacknowledged = 0
    /// Of what it says it has received, what is noted.
    var notedReceipts = TokenBucket()
    /// A mobile that was told that a PC of its user is on.
    var knowsPC = false
    /// The first one is on its way, packet by packet.
    var longAnswers = Fifo<LongAnswer>()
    /// Lists of users that the client asked for; the first one is on its way, page by page.
    var directories: [DirectoryStream] = []

    init(transport: any ClientTransport, connection: ConnectionHandle, address: SessionAddress, peer: SocketAddress) {
        self.transport = transport
        self.connection = connection
        self.address = address
        self.peer = peer
    }

    var device: DeviceClass { clientType.deviceClass }
    /// Names it in the logs of all nodes: user, class of device, and the number of the login, which no other has.
    var trace: String { "\(user.rawValue)-\(device)-\(epoch)" }
    var isOnline: Bool { gate.phase == .online }

    func send(_ packet: RawSpan) {
        transport.send(packet, to: connection)
    }

    func close(because ending: Ending) {
        transport.close(connection, because: ending)
    }
}

/// The sessions of one loop, found by address.
struct SessionTable {
    private var sessions: [Session?] = []
    private var generations: [UInt32] = []
    private var free: [UInt32] = []
    private(set) var count = 0

    init() {}

    /// Makes an address and stores the session that `make` builds for it.
    mutating func insert(loop: Int, _ make: (SessionAddress) -> Session) -> Session {
        let slot: UInt32
        if let reused = free.popLast() {
            slot = reused
        } else {
            slot = UInt32(sessions.count)
            sessions.append(nil)
            generations.append(0)
        }
        generations[Int(slot)] &+= 1
        let address = SessionAddress(loop: UInt16(loop), slot: slot, generation: generations[Int(slot)])
        let session = make(address)
        sessions[Int(slot)] = session
        count += 1
        return session
    }

    mutating func remove(_ address: SessionAddress) {
        guard self[address] != nil else { return }
        sessions[Int(address.slot)] = nil
        free.append(address.slot)
        count -= 1
    }

    subscript(address: SessionAddress) -> Session? {
        self[address.slot, address.generation]
    }

    subscript(slot: UInt32, generation: UInt32) -> Session? {
        guard slot < sessions.count, generations[Int(slot)] == generation else { return nil }
        return sessions[Int(slot)]
    }

    func forEach(_ body: (Session) -> Void) {
        for session in sessions {
            if let session { body(session) }
        }
    }
}
