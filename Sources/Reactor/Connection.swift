/// One TCP connection as its loop keeps it: 96 bytes, and nothing else while it is idle and speaks no TLS.
struct Connection: ~Copyable {
    enum Phase: UInt8 {
        case connecting
        case open
        /// Closed by the service; queued output is still being sent.
        case flushing
        /// Output is sent and our side shut down; waiting for the peer to close, so that it does not lose what it
        /// has not read yet to a reset.
        case lingering
        /// To be buried at the end of the turn.
        case dead
    }

    struct Flags: OptionSet {
        let rawValue: UInt8
        /// The service paused reading.
        static let paused = Flags(rawValue: 1)
        /// The socket is full: waiting for EPOLLOUT.
        static let blocked = Flags(rawValue: 2)
        /// On the list of connections with output of this turn.
        static let dirty = Flags(rawValue: 4)
        /// On the list of connections whose stored input is to be presented again.
        static let resuming = Flags(rawValue: 8)
        /// `opened` was called.
        static let announced = Flags(rawValue: 16)
        /// The peer sends no more; the handler still does.
        static let inputEnded = Flags(rawValue: 32)
        /// A file is to be sent, and what is sent now goes behind it.
        static let behindFile = Flags(rawValue: 64)
    }

    private let socket: Descriptor
    private(set) var service: StreamService
    var phase: Phase
    var flags: Flags = []
    /// As epoll was told last.
    var watched: Epoll.Interest = []
    /// The service's limits, kept here so that the send path looks in one place.
    private(set) var maxOutputBytes: UInt32
    private(set) var maxOutputFrames: UInt32
    /// Tick of the timer wheel's length at which the socket last took output.
    var lastProgress: UInt32 = 0
    /// The service's own word: an index of its session table, for instance.
    var tag: UInt64 = 0
    var timer = TimerWheel.Links()
    var input = InputBuffer()
    /// Plaintext, if it speaks TLS.
    var output = OutputQueue()
    var tls: SealedStream?

    init(socket: consuming Descriptor, service: StreamService, limits: StreamLimits, phase: Phase) {
        self.socket = socket
        self.service = service
        maxOutputBytes = UInt32(clamping: limits.maxOutputBytes)
        maxOutputFrames = UInt32(clamping: limits.maxOutputFrames)
        self.phase = phase
    }

    var descriptor: Int32 { socket.raw }

    mutating func handOver(to service: StreamService, _ limits: StreamLimits) {
        self.service = service
        maxOutputBytes = UInt32(clamping: limits.maxOutputBytes)
        maxOutputFrames = UInt32(clamping: limits.maxOutputFrames)
        tag = 0
    }

    /// Bytes that wait to be sent.
    var pendingOutput: Int { Int(output.byteCount) + Int(tls?.output.byteCount ?? 0) }

    var isOutputTooLong: Bool { output.byteCount > maxOutputBytes || output.frameCount > maxOutputFrames }

    enum Queued {
        /// A write is already due: at the end of the turn, or when the socket takes more.
        case waiting
        /// To be put on the list of connections with output of this turn.
        case first
        case tooLong
    }

    /// The path of every frame, in one place so that the record is looked up once.
    @inline(__always)
    mutating func queue(_ frame: RawSpan, from pool: BufferPool) -> Queued {
        output.append(frame, from: pool)
        return queued()
    }

    /// The same for a frame in two parts.
    mutating func queue(_ head: RawSpan, _ body: RawSpan, from pool: BufferPool) -> Queued {
        output.append(head, body, from: pool)
        return queued()
    }

    @inline(__always)
    private mutating func queued() -> Queued {
        if isOutputTooLong { return .tooLong }
        return written()
    }

    /// There is something to be written.
    @inline(__always)
    mutating func written() -> Queued {
        guard flags.isDisjoint(with: [.dirty, .blocked]) else { return .waiting }
        flags.insert(.dirty)
        return .first
    }

    var interest: Epoll.Interest {
        var interest: Epoll.Interest = []
        switch phase {
        case .connecting: interest = .write
        case .open: if flags.isDisjoint(with: [.paused, .inputEnded]) { interest = .read }
        case .flushing, .dead: break
        case .lingering: interest = .read
        }
        if flags.contains(.blocked) { interest.insert(.write) }
        return interest
    }
}
