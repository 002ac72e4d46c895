import Primitives
import Reactor
import ServerLookup
import TLS
import TalkProtocol

/// The socket, the timer and the lines around a `TalkSession`. Belongs to its loop.
final class TalkShell: StreamHandler, MailHandler {
    /// Where everything that is said goes; called on the loop.
    struct Screen: Sendable {
        let show: @Sendable (String) -> Void
        let note: @Sendable (String) -> Void
        /// Another line may be typed; once for each.
        let wantLine: @Sendable () -> Void
        /// The last call.
        let end: @Sendable (TalkSession.ExitCode) -> Void
    }

    private static let lineMail: UInt8 = 1
    private static let endMail: UInt8 = 2
    private static let tick: Duration = .milliseconds(50)
    /// Before a file goes on that was broken off.
    private static let pause: Duration = .seconds(1)
    /// The longest packet that the deployed clients accept.
    private static let maxPacket = 409_600

    private let loop: EventLoop
    private let screen: Screen
    private let finder: ServerFinder
    private let tls: TLSContext?
    private let carrier: FileCarrier
    /// Of files: one after the other.
    private let worker: WorkerPool
    private var session: TalkSession
    private var service: StreamService?
    private var connection: ConnectionHandle?
    private var hasTimer = false
    /// A line was typed, and the next one has not been asked for.
    private var owesWant = true
    private var verdict: TalkSession.ExitCode?

    /// Starts at once, and lives as long as the loop.
    ///
    /// - Parameter tls: speaks TLS with servers, which must have a certificate of their address.
    init(
        _ loop: EventLoop, _ session: TalkSession, servers: [SocketAddress], _ tls: TLSContext?, worker: WorkerPool,
        _ screen: Screen
    ) {
        self.tls = tls
        self.worker = worker
        carrier = FileCarrier(tls: tls)
        self.loop = loop
        self.session = session
        self.screen = screen
        finder = ServerFinder(loop)
        finder.servers = servers
        service = loop.register(self, limits: StreamLimits())
        loop.handleMail(kind: Self.lineMail, self)
        loop.handleMail(kind: Self.endMail, self)
        ticked()
    }

    /// Called on any thread: a line was typed, or with `nil` there will be no more.
    static func type(_ line: String?, to loop: LoopRemote) {
        loop.execute { loop in
            loop.post(kind: line == nil ? endMail : lineMail, to: loop.index) { $0.append(utf8: line ?? "") }
        }
    }

    func mail(_ bytes: RawSpan, kind: UInt8, from loop: Int) {
        if kind == Self.endMail {
            session.inputEnded(at: self.loop.now)
        } else {
            owesWant = true
            session.typed(String(decoding: bytes.copied(), as: UTF8.self), at: self.loop.now)
        }
        perform()
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        guard connection == self.connection else { return }
        if let tls { loop.startTLS(connection, connecting: tls, to: peer.hostText) }
        session.connected(at: loop.now)
        perform()
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        var rest = bytes
        while connection == self.connection, verdict == nil {
            switch PDUFramer.next(in: rest, limit: Self.maxPacket) {
            case .needMore:
                return bytes.byteCount - rest.byteCount
            case .invalid:
                loop.close(connection, .now)
                return bytes.byteCount
            case .pdu(let header, let body):
                session.received(header, rest.extracting(body), at: loop.now)
                rest = rest.extracting(droppingFirst: body.upperBound)
                perform()
            }
        }
        return bytes.byteCount
    }

    func drained(_ connection: ConnectionHandle) {}

    func deadlinePassed(_ connection: ConnectionHandle) {}

    func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        guard connection == self.connection else { return }
        self.connection = nil
        if let verdict { return screen.end(verdict) }
        session.closed(Self.text(reason), at: loop.now)
        perform()
    }

    private func ticked() {
        session.ticked(at: loop.now)
        perform()
        if verdict != nil { return }
        loop.schedule(after: Self.tick) { [unowned self] in ticked() }
    }

    private func perform() {
        var actions = session.takeActions()
        while !actions.isEmpty {
            for action in actions { perform(action) }
            actions = session.takeActions()
        }
        if owesWant, verdict == nil, session.hasRoom {
            owesWant = false
            screen.wantLine()
        }
    }

    private func perform(_ action: TalkSession.Action) {
        switch action {
        case .findServer:
            finder.find { [unowned self] answer in
                session.found(answer, at: loop.now)
                perform()
            }
        case .connect(let address):
            guard let service else { break }
            do {
                connection = try loop.connect(to: address, service)
            } catch {
                session.closed("\(error)", at: loop.now)
            }
        case .send(let bytes):
            if let connection { loop.send(bytes.rawBytes, to: connection) }
        case .disconnect:
            if let connection { loop.close(connection, .now) }
            connection = nil
        case .measure, .bring, .fetch, .keep: carry(action)
        case .show(let line): screen.show(line)
        case .note(let line): screen.note(line)
        case .end(let code):
            verdict = code
            // Ends when what was sent has left, and the server has read it or two seconds have passed.
            guard let connection, loop.isOpen(connection) else { return screen.end(code) }
            loop.close(connection, .afterFlush)
        }
    }

    /// What takes the disk or another connection.
    private func carry(_ action: TalkSession.Action) {
        let carrier = carrier
        let saved = { [unowned self] (outcome: (String, Bool)) in
            session.saved(outcome.0, isThere: outcome.1, at: loop.now)
            perform()
        }
        switch action {
        case .measure(let path):
            _ = worker.submit(from: loop, { FileCarrier.byteCount(of: path) }) { [unowned self] byteCount in
                session.measured(byteCount, at: loop.now)
                perform()
            }
        case .bring(let bringing):
            _ = worker.submit(from: loop, { carrier.bring(bringing) }) { [unowned self] outcome in
                // Who is there again takes it in a moment.
                loop.schedule(after: outcome == .brokenOff ? Self.pause : .zero) { [unowned self] in
                    session.brought(outcome, at: loop.now)
                    perform()
                }
            }
        case .fetch(let url, let name): _ = worker.submit(from: loop, { carrier.fetch(url, as: name) }, then: saved)
        case .keep(let bytes, let name): _ = worker.submit(from: loop, { carrier.keep(bytes, as: name) }, then: saved)
        case .findServer, .connect, .send, .disconnect, .show, .note, .end: break
        }
    }

    private static func text(_ reason: CloseReason) -> String {
        switch reason {
        case .failed(let error): "\(error)"
        case .tls(let error): "\(error)"
        case .peerClosed: "it was closed by the server"
        case .requested: "what came was no packet"
        case .slowReader, .inputTooLong, .overtaken, .loopStopped: "\(reason)"
        }
    }
}
