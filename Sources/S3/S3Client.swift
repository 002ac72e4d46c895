import Blobs
import HTTPCore
import Primitives
import Reactor
import TLS

/// Where the bytes of an object go: as many as it must have, until a moment at which they are all there.
struct S3Sink {
    let writer: BlobWriter
    let byteCount: Int
    let end: Instant
}

/// Asks a bucket one thing at a time over a connection: `HTTPAnswerReader` and `S3Answer` on real sockets. Those that
/// have carried a whole answer rest for a while, and carry the next question; who finds that the server has closed one
/// meanwhile is told `unreachable`, and asks again. Confined to its loop.
final class S3Client: StreamHandler {
    /// What goes out behind the head.
    enum Body {
        case none
        case file(File, Range<Int>)
    }

    typealias Completion = (Result<S3Answer, S3Failure>) -> Void

    static let maxCalls = 64
    private static let connectTime: Duration = .seconds(5)
    /// Servers close what rests for longer, most of them after much longer.
    private static let restTime: Duration = .seconds(4)
    private static let maxResting = 16
    /// Slow links manage more than this.
    private static let bytesPerSecond = 256 << 10

    /// That so many bytes take at most.
    static func time(for byteCount: Int) -> Duration { .seconds(byteCount / bytesPerSecond) }

    private final class Call {
        let request: S3Request
        let body: Body
        let sink: S3Sink?
        let address: SocketAddress
        var reader: HTTPAnswerReader
        var head: HTTPAnswerHead?
        var text: [UInt8] = []
        /// Its connection has carried another before.
        var isReused = false
        /// Its connection carries no other.
        var isLast = false
        /// A piece is on its way to the disk.
        var isWriting = false
        /// The connection is gone: told when that piece is written, as the next attempt goes on behind it.
        var broken: S3Failure?
        let completion: Completion

        init(
            _ request: S3Request, _ body: Body, _ sink: S3Sink?, to address: SocketAddress,
            _ completion: @escaping Completion
        ) {
            self.request = request
            self.body = body
            self.sink = sink
            self.address = address
            reader = HTTPAnswerReader(to: request.method)
            self.completion = completion
        }
    }

    private let endpoint: S3Endpoint
    private let credentials: S3Credentials
    private let context: TLSContext?
    private let patience: Duration
    private let disk: WorkerPool
    private let wallClock: () -> UnixTime
    private unowned let loop: EventLoop
    private var service: StreamService?
    private var calls: [ConnectionHandle: Call] = [:]
    /// Connections without a call, the one that was used last at the end.
    private var resting: [(handle: ConnectionHandle, address: SocketAddress)] = []
    /// How much the clock of the other side is ahead of ours, as its last answer said.
    private(set) var skew: Duration?

    /// - Parameter context: for an endpoint that is sealed.
    init(
        _ endpoint: S3Endpoint, _ credentials: S3Credentials, _ context: TLSContext?, patience: Duration,
        disk: WorkerPool, wallClock: @escaping () -> UnixTime, on loop: EventLoop
    ) {
        self.endpoint = endpoint
        self.credentials = credentials
        self.context = context
        self.patience = patience
        self.disk = disk
        self.wallClock = wallClock
        self.loop = loop
        service = loop.register(self, limits: StreamLimits())
    }

    /// - Parameter sink: takes the bytes of an object; the caller finishes it.
    func send(
        _ request: S3Request, _ body: Body = .none, to address: SocketAddress, into sink: S3Sink? = nil,
        _ completion: @escaping Completion
    ) {
        guard calls.count < Self.maxCalls else { return completion(.failure(.busy)) }
        let call = Call(request, body, sink, to: address, completion)
        if let index = resting.lastIndex(where: { $0.address == address && loop.isOpen($0.handle) }) {
            let handle = resting.remove(at: index).handle
            call.isReused = true
            calls[handle] = call
            return ask(call, handle)
        }
        guard let service, let handle = try? loop.connect(to: address, service) else {
            return completion(.failure(.unreachable))
        }
        calls[handle] = call
        awaitNext(call, handle, for: Self.connectTime)
    }

    func opened(_ handle: ConnectionHandle, peer: SocketAddress) {
        guard let call = calls[handle] else { return }
        if let context { loop.startTLS(handle, connecting: context, to: endpoint.host) }
        ask(call, handle)
    }

    private func ask(_ call: Call, _ handle: ConnectionHandle) {
        let head = call.request.head(to: endpoint, as: credentials, at: wallClock())
        loop.send(head.rawBytes, to: handle)
        var patience = patience
        switch call.body {
        case .none: loop.send(call.request.body.rawBytes, to: handle)
        case .file(let file, let range):
            loop.send(file, range, to: handle)
            patience += Self.time(for: range.count)
        }
        awaitNext(call, handle, for: patience)
    }

    func received(_ bytes: RawSpan, on handle: ConnectionHandle) -> Int {
        var offset = 0
        // What comes behind a piece waits until that is written.
        while let call = calls[handle], !call.isWriting {
            do throws(HTTPRefusal) {
                guard let event = try call.reader.read(bytes, from: &offset) else { return offset }
                // What lies behind a body nobody has asked for: it would be taken for the next answer.
                if case .head = event {} else if offset < bytes.byteCount { call.isLast = true }
                take(event, call, handle)
            } catch {
                end(handle, .failure(.nonsense))
            }
        }
        if calls[handle] == nil, offset < bytes.byteCount { loop.close(handle, .now) }
        return calls[handle] == nil ? bytes.byteCount : offset
    }

    func drained(_ handle: ConnectionHandle) {}

    func deadlinePassed(_ handle: ConnectionHandle) {
        if let call = calls[handle] { doubtResting(after: call) }
        end(handle, .failure(.unreachable))
    }

    func inputEnded(_ handle: ConnectionHandle) -> Bool {
        guard let call = calls[handle] else { return false }
        call.isLast = true
        if call.isWriting { return true }
        if call.reader.inputEnded() {
            succeed(call, handle)
        } else {
            doubtResting(after: call)
            end(handle, .failure(.unreachable))
        }
        return false
    }

    func closed(_ handle: ConnectionHandle, reason: CloseReason) {
        resting.removeAll { $0.handle == handle }
        guard let call = calls.removeValue(forKey: handle) else { return }
        if call.isWriting {
            call.broken = .unreachable
            return
        }
        doubtResting(after: call)
        // Its certificate is not believed, or it speaks no TLS: that does not pass by itself.
        if case .tls = reason { return call.completion(.failure(.refused("TLS"))) }
        call.completion(.failure(.unreachable))
    }

    /// Where one connection that had rested carries nothing any more, the others may not either, as behind a failover:
    /// the next attempt is to find a new one.
    private func doubtResting(after call: Call) {
        guard call.isReused, call.head == nil else { return }
        for (handle, address) in resting where address == call.address { loop.close(handle, .now) }
    }

    /// It is the other side's turn.
    private func awaitNext(_ call: Call, _ handle: ConnectionHandle, for time: Duration) {
        let end = loop.now + time
        loop.setDeadline(call.sink.map { min($0.end, end) } ?? end, for: handle)
    }

    private func take(_ event: HTTPAnswerReader.Event, _ call: Call, _ handle: ConnectionHandle) {
        awaitNext(call, handle, for: patience)
        switch event {
        case .head(let head):
            call.head = head
            noteTime(head)
            guard case .get(_, let offset) = call.request, let sink = call.sink, S3Answer.isSuccess(head.status) else {
                return
            }
            do throws(S3Failure) {
                try S3Answer.checkBeginning(of: head, at: offset, of: sink.byteCount)
            } catch {
                end(handle, .failure(error))
            }
        case .part(let bytes):
            if let sink = call.sink, let head = call.head, S3Answer.isSuccess(head.status) {
                write(bytes, to: sink.writer, call, handle)
            } else if call.text.count + bytes.count <= S3Answer.maxTextBytes {
                call.text += bytes
            } else {
                end(handle, .failure(.nonsense))
            }
        case .end: succeed(call, handle)
        }
    }

    private func noteTime(_ head: HTTPAnswerHead) {
        guard let date = head.headers["date"].flatMap({ UnixTime(httpDate: $0) }) else { return }
        skew = .milliseconds(date.milliseconds - wallClock().milliseconds)
    }

    private func write(_ bytes: [UInt8], to sink: BlobWriter, _ call: Call, _ handle: ConnectionHandle) {
        loop.setDeadline(nil, for: handle)
        loop.pauseReading(handle)
        call.isWriting = true
        let isTaken = sink.append(bytes, on: disk, from: loop) { [weak self] result in
            call.isWriting = false
            if let failure = call.broken {
                // All of it may have come before: nothing is left to be asked for.
                guard case .success = result, let head = call.head, sink.byteCount == call.sink?.byteCount else {
                    return call.completion(.failure(failure))
                }
                return call.completion(.success(S3Answer(head, text: [])))
            }
            guard let self, loop.isOpen(handle) else { return }
            if case .failure(let failure) = result {
                return end(handle, .failure(failure == .full ? .full : .disk))
            }
            awaitNext(call, handle, for: patience)
            loop.resumeReading(handle)
            // Behind its last byte nothing comes that would say so.
            let nothing: [UInt8] = []
            _ = received(nothing.rawBytes, on: handle)
        }
        if !isTaken { end(handle, .failure(.busy)) }
    }

    private func succeed(_ call: Call, _ handle: ConnectionHandle) {
        guard let head = call.head else { return end(handle, .failure(.nonsense)) }
        let answer = S3Answer(head, text: call.text)
        // Who refuses a question may not have read what came with it.
        guard !call.isLast, head.keepsConnection, S3Answer.isSuccess(head.status), loop.pendingOutput(handle) == 0,
            resting.count < Self.maxResting
        else { return end(handle, .success(answer)) }
        calls[handle] = nil
        resting.append((handle, call.address))
        loop.setDeadline(loop.now + Self.restTime, for: handle)
        call.completion(.success(answer))
    }

    private func end(_ handle: ConnectionHandle, _ outcome: Result<S3Answer, S3Failure>) {
        loop.close(handle, .now)
        calls.removeValue(forKey: handle)?.completion(outcome)
    }
}
