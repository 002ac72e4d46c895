import CLinux
import Glibc
import Synchronization

/// A loop as other threads see it: they can leave work for it and nothing else.
public struct LoopRemote: Sendable {
    public let index: Int
    let mailbox: Mailbox
    public let counters: LoopCounters

    /// Runs `call` on the loop's thread, in its next turn. After the loop has stopped, never.
    public func execute(_ call: @escaping @Sendable (EventLoop) -> Void) {
        mailbox.post(call)
    }
}

/// The loops of a process, each on its own thread.
public final class LoopGroup: Sendable {
    public struct Configuration: Sendable {
        /// Number of loops; a node uses one per core.
        public var loops = 1
        /// Connections per loop: reserves address space, not memory.
        public var maxConnectionsPerLoop = 100_000
        /// Of the loops' generators.
        public var seed: UInt64

        public init(seed: UInt64) {
            self.seed = seed
        }
    }

    public let loops: [LoopRemote]
    private let threads: Mutex<[Thread]>

    /// Starts the threads and runs `setUp` on each, one after the other. When one fails, those that were started are
    /// stopped and the error is thrown.
    public init(
        _ configuration: Configuration, setUp: @escaping @Sendable (EventLoop) throws -> Void
    ) throws {
        // A peer that goes away must be an error of `send`, not the end of the process.
        _ = signal(SIGPIPE, SIG_IGN)
        var mailboxes: [Mailbox] = []
        for _ in 0..<configuration.loops { mailboxes.append(try Mailbox()) }
        var started: [LoopRemote] = []
        var threads: [Thread] = []
        do {
            for index in 0..<configuration.loops {
                let ready = Handover<Result<LoopCounters, any Error>>()
                let boxes = mailboxes
                threads.append(
                    try Thread(name: "loop-\(index)") {
                        LoopGroup.runLoop(index, boxes, configuration, setUp, ready)
                    })
                let counters = try ready.take().get()
                started.append(LoopRemote(index: index, mailbox: mailboxes[index], counters: counters))
            }
        } catch {
            started.forEach { $0.execute { $0.stop() } }
            threads.forEach { $0.join() }
            throw error
        }
        loops = started
        self.threads = Mutex(threads)
    }

    /// Stops all loops and waits until their threads have ended. Not to be called from a loop.
    public func stop() {
        loops.forEach { $0.execute { $0.stop() } }
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        running.forEach { $0.join() }
    }

    private static func runLoop(
        _ index: Int, _ mailboxes: [Mailbox], _ configuration: Configuration,
        _ setUp: @Sendable (EventLoop) throws -> Void, _ ready: Handover<Result<LoopCounters, any Error>>
    ) {
        do {
            let loop = try EventLoop(
                index: index, mailboxes: mailboxes, maxConnections: configuration.maxConnectionsPerLoop,
                seed: configuration.seed)
            try setUp(loop)
            ready.put(.success(loop.counters))
            loop.run()
        } catch {
            ready.put(.failure(error))
        }
    }
}
