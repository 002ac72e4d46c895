import CLinux
import Glibc
public import Primitives

/// One thread with its own epoll, connections, timers and buffers. A connection belongs to one loop for life.
///
/// Nothing in a loop blocks, awaits, or takes a lock for longer than a swap. Every method must be called on the
/// loop's own thread, except through `LoopRemote`. A turn: wait, read the clock once, sockets, mail, timers,
/// turn observers, outgoing mail, one write per connection with output (Reactor.docc/Reactor.md).
@safe public final class EventLoop {
    public let index: Int
    /// The instant of this turn.
    public private(set) var now: Instant
    /// Seeded per loop: for jitter and back-off, not for secrets.
    public var random: SeededRandom
    public let counters = LoopCounters()

    var epoll: Epoll
    let connections: Slab<Connection>
    var wheel: TimerWheel
    var heap = TimerHeap()
    let pool = BufferPool()
    let scratch: UnsafeMutableRawBufferPointer

    /// Of connections that other loops move here.
    var moved: StreamService?
    /// By their slots.
    var files: [UInt32: FileQueue] = [:]

    var services: [(handler: any StreamHandler, limits: StreamLimits)] = []
    var watches = WatchTable()
    var dirty: [ConnectionHandle] = []
    var resuming: [ConnectionHandle] = []
    var blocked: [ConnectionHandle] = []
    var dead: [(ConnectionHandle, CloseReason)] = []
    /// On their way to other loops, by the numbers of these.
    var departing: [(Int, Traveller)] = []
    private var expired: [UInt32] = []
    private var observers: [any TurnObserver] = []

    let mailbox: Mailbox
    let peers: [Mailbox]
    var mailHandlers: [UInt8: any MailHandler] = [:]
    let outgoing: [OutgoingMail]
    var congested = false
    let tls = TLSScratch()
    /// Those that have their next step to do, each once.
    var handshakes = HandshakeTurns<ConnectionHandle>()
    private var mail = ByteWriter(capacity: 4096)
    private var calls: [@Sendable (EventLoop) -> Void] = []
    private var stopping = false
    private var lastStallSweep: Instant

    /// A connection reads at most this much in one turn.
    static let maxReadPerTurn = 64 << 10
    /// Input that is carried over by copying it in front of the next read; more is read in place.
    static let maxCarry = 4 << 10

    init(index: Int, mailboxes: [Mailbox], maxConnections: Int, seed: UInt64) throws(SystemError) {
        self.index = index
        mailbox = mailboxes[index]
        peers = mailboxes
        outgoing = mailboxes.map { _ in OutgoingMail() }
        random = SeededRandom(seed: seed &+ UInt64(index))
        now = Instant(nanoseconds: System.monotonicNow())
        lastStallSweep = now
        epoll = try Epoll()
        connections = try Slab(capacity: maxConnections)
        wheel = TimerWheel(start: now)
        unsafe scratch = .allocate(byteCount: Self.maxCarry + Self.maxReadPerTurn, alignment: 64)
        try epoll.add(mailbox.wakeDescriptor, .read, token: Token.wake)
    }

    deinit {
        unsafe scratch.deallocate()
    }

    /// Connections that are open, connecting or closing.
    public var connectionCount: Int { connections.count }

    /// Bytes of pooled buffers in use.
    public var bufferedBytes: Int { pool.lentBytes }

    /// The observer is called in every turn after sockets, mail and timers, before output is written.
    public func addTurnObserver(_ observer: any TurnObserver) {
        observers.append(observer)
    }

    /// Runs `call` once, `delay` from now or later in this turn.
    @discardableResult
    public func schedule(after delay: Duration, _ call: @escaping () -> Void) -> TimerID {
        heap.schedule(at: now + delay, call)
    }

    /// Runs `call` once, in the next turn: when what this turn sends has been written, as far as the sockets took it.
    public func scheduleNextTurn(_ call: @escaping () -> Void) {
        // A delay of nothing would still be this turn, whose timers run after its sockets and before its writes.
        schedule(after: .nanoseconds(1), call)
    }

    public func cancel(_ timer: TimerID) {
        heap.cancel(timer)
    }

    /// Ends `run` after this turn; every connection is closed.
    public func stop() {
        stopping = true
    }

    /// Turns until `stop`. Returns on the thread that called it.
    func run() {
        while !stopping { turn() }
        closeEverything()
        // Handlers hold their loop: letting go of them here ends both, and closes listeners and other descriptors.
        watches = WatchTable()
        services = []
        observers = []
        mailHandlers = [:]
        heap = TimerHeap()
    }

    private func turn() {
        let sleeps = resuming.isEmpty && handshakes.isEmpty && mailbox.prepareToSleep()
        let timeout = sleeps ? (congested ? 1 : millisecondsUntilNextTimer()) : 0
        let count: Int
        do {
            count = try epoll.wait(milliseconds: timeout)
        } catch {
            preconditionFailure("epoll_wait failed: \(error)")
        }
        mailbox.didWake()
        now = Instant(nanoseconds: System.monotonicNow())
        counters.turns.add(1)
        readResumed()
        for index in 0..<count { dispatch(epoll[index]) }
        continueHandshakes()
        readMail()
        runTimers()
        for observer in observers { observer.turnEnding() }
        postOutgoing()
        flushDirty()
        bury()
    }

    private func dispatch(_ event: Epoll.Event) {
        switch Token.kind(of: event.token) {
        case .connection:
            let handle = Token.handle(of: event.token)
            if event.writable, connections.contains(handle) { connectionWritable(handle) }
            if event.readable, !congested, connections.contains(handle) { connectionReadable(handle) }
        case .watch:
            watches.handler(of: event.token)?.ready(readable: event.readable, writable: event.writable)
        case .wake:
            mailbox.clearWake()
        }
    }

    private func readMail() {
        mailbox.collect(&mail, &calls)
        if !mail.isEmpty {
            deliverMail(mail.bytes)
            mail.clear(keeping: 1 << 20)
        }
        if calls.isEmpty { return }
        let batch = calls
        calls.removeAll(keepingCapacity: true)
        for call in batch { call(self) }
    }

    private func runTimers() {
        wheel.advance(to: now, in: connections, expired: &expired)
        if !expired.isEmpty {
            let slots = expired
            expired.removeAll(keepingCapacity: true)
            for slot in slots { connectionDeadlinePassed(slot) }
        }
        while let call = heap.popDue(at: now) { call() }
        if now - lastStallSweep >= .seconds(1) {
            lastStallSweep = now
            closeStalled()
        }
    }

    private func millisecondsUntilNextTimer() -> Int32 {
        var next = connections.count > 0 ? wheel.nextTick : .never
        if let due = heap.nextDue { next = min(next, due) }
        if next == .never { return -1 }
        let wait = next.nanoseconds &- min(next.nanoseconds, System.monotonicNow())
        return Int32(clamping: (wait + 999_999) / 1_000_000)
    }
}

/// Called once per turn, after all input of the turn: the place to start what was gathered.
public protocol TurnObserver: AnyObject {
    func turnEnding()
}

/// What an epoll event belongs to: two bits of kind above the 28 bits of a slot, and a generation.
enum Token {
    enum Kind: UInt64 {
        case connection = 0
        case watch = 1
        case wake = 2
    }

    static let wake: UInt64 = Kind.wake.rawValue << 28

    static func make(_ kind: Kind, slot: UInt32, generation: UInt32) -> UInt64 {
        UInt64(generation) << 32 | kind.rawValue << 28 | UInt64(slot)
    }

    static func kind(of token: UInt64) -> Kind {
        Kind(rawValue: (token >> 28) & 0xF) ?? .wake
    }

    static func handle(of token: UInt64) -> ConnectionHandle {
        ConnectionHandle(slot: UInt32(token & 0x0FFF_FFFF), generation: UInt32(token >> 32))
    }
}
