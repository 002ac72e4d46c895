import Primitives
import Reactor
import TLS

/// One connection to Redis at a time: TCP, TLS and the password, then commands and their answers in order. Confined to
/// its loop; its owner says when and where it connects.
final class RedisConnection: StreamHandler {
    typealias Completion = (RedisReply) -> Void

    private static let connectTimeout: Duration = .seconds(2)

    /// From now on commands are taken.
    var ready: () -> Void = {}
    /// The connection is gone, or did not come about. Commands without an answer were answered with `.other`.
    var ended: (RedisFailure) -> Void = { _ in }

    private unowned let loop: EventLoop
    private let place: RedisPlace
    private var service: StreamService?
    private var handle: ConnectionHandle?
    private var reader: RedisReader?
    private var failure: RedisFailure?
    /// Of commands whose answer somebody waits for, by their number on this connection.
    private var waiting: [UInt64: Completion] = [:]
    private var asked: UInt64 = 0
    private var answered: UInt64 = 0
    private(set) var isReady = false
    private(set) var lastAnswer = Instant.never

    init(_ place: RedisPlace, on loop: EventLoop) {
        self.loop = loop
        self.place = place
        var limits = StreamLimits()
        limits.maxOutputBytes = 8 << 20
        service = loop.register(self, limits: limits)
    }

    /// Commands without an answer.
    var unanswered: Int { Int(asked - answered) }

    /// `false`: it cannot even be tried. Otherwise `ready` or `ended` follows.
    func connect(to address: SocketAddress) -> Bool {
        precondition(handle == nil, "there is a connection already")
        guard let service, let made = try? loop.connect(to: address, service) else { return false }
        handle = made
        reader = RedisReader()
        failure = nil
        loop.setDeadline(loop.now + Self.connectTimeout, for: made)
        return true
    }

    /// Sends a command. `nil`: there is no connection. Otherwise the number of the command, for `forget`.
    @discardableResult
    func ask(_ words: [[UInt8]], _ completion: Completion? = nil) -> UInt64? {
        guard let handle, loop.isOpen(handle) else { return nil }
        if asked == answered { lastAnswer = loop.now }
        asked += 1
        if let completion { waiting[asked] = completion }
        let number = asked
        let command = Self.command(words)
        loop.send(command.bytes, to: handle)
        return number
    }

    /// Answers a command now, with `.other`, if it has no answer yet.
    func forget(_ number: UInt64) {
        waiting.removeValue(forKey: number)?(.other)
    }

    func close(_ reason: RedisFailure = .notRedis) {
        guard let handle else { return }
        failure = failure ?? reason
        loop.close(handle, .now)
    }

    // MARK: The loop's calls

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        if let context = place.tls { loop.startTLS(connection, connecting: context, to: place.host) }
        // Sent when TLS, if any, is agreed on. Without a password a question whose answer tells that this is Redis.
        let greeting = place.password.isEmpty ? ["PING"] : ["AUTH", place.password]
        ask(greeting.map { [UInt8]($0.utf8) }) { [weak self] reply in self?.greeted(reply) }
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        do throws(RedisReader.Broken) {
            try reader?.feed(bytes)
            while let reply = try reader?.next() ?? nil {
                guard answered < asked else { throw RedisReader.Broken() }
                answered += 1
                lastAnswer = loop.now
                waiting.removeValue(forKey: answered)?(reply)
            }
        } catch {
            close(.notRedis)
        }
        return bytes.byteCount
    }

    func drained(_ connection: ConnectionHandle) {}

    func deadlinePassed(_ connection: ConnectionHandle) {
        close(.timedOut)
    }

    func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        guard handle == connection else { return }
        handle = nil
        reader = nil
        isReady = false
        answered = asked
        let left = waiting
        waiting = [:]
        for completion in left.values { completion(.other) }
        ended(failure ?? RedisFailure(reason))
    }

    // MARK: Private parts

    private func greeted(_ reply: RedisReply) {
        switch reply {
        case .bytes:
            if let handle { loop.setDeadline(nil, for: handle) }
            isReady = true
            ready()
        case .error(let text): close(.refused(text))
        case .other: close(.notRedis)
        }
    }

    private static func command(_ words: [[UInt8]]) -> ByteWriter {
        var writer = ByteWriter(capacity: 64 + words.reduce(0) { $0 + $1.count + 16 })
        writer.append(utf8: "*\(words.count)\r\n")
        for word in words {
            writer.append(utf8: "$\(word.count)\r\n")
            writer.append(word)
            writer.append(utf8: "\r\n")
        }
        return writer
    }
}

extension RedisFailure {
    fileprivate init(_ reason: CloseReason) {
        switch reason {
        case .failed(let error): self = .unreachable(error)
        case .tls(let error): self = .tls(error)
        case .slowReader: self = .timedOut
        case .requested, .peerClosed, .inputTooLong, .overtaken, .loopStopped: self = .notRedis
        }
    }
}
