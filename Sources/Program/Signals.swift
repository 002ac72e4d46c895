import Glibc
import Primitives
import Synchronization

/// Waiting to be told to stop.
public enum Signals {
    /// A program that gets one of these lets go of what it does and ends.
    private static let endings = [SIGTERM, SIGINT, SIGQUIT]
    /// Others would end, on the spot, a process that does not know them.
    private static let others = [
        SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGPIPE, SIGIO, SIGPWR, SIGSTKFLT,
    ]

    /// Blocks until a signal that ends the program.
    /// - Parameter got: called for every other one before that.
    public static func waitForEnd(_ got: (Int32) -> Void) {
        var set = held
        var received: Int32 = 0
        while true {
            guard unsafe sigwait(&set, &received) == 0 else { continue }
            if endings.contains(received) { return }
            got(received)
        }
    }

    /// `true`: one that ends the program has come.
    public static func waitForEnd(within limit: Duration) -> Bool {
        var set = signalSet(of: endings)
        var time = timespec(tv_sec: Int(limit.milliseconds / 1000), tv_nsec: Int(limit.milliseconds % 1000) * 1_000_000)
        return unsafe sigtimedwait(&set, nil, &time) > 0
    }

    /// Keeps all of them from every thread; to be called before any is started.
    public static func hold() {
        var set = held
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private static var held: sigset_t {
        signalSet(of: endings + others + Array(__libc_current_sigrtmin()...__libc_current_sigrtmax()))
    }

    private static func signalSet(of signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        return set
    }
}

/// A thread that ends the process when it is asked to while it starts, whatever the start is waiting for.
public final class StartWatch: Sendable {
    private static let pollInterval: Duration = .milliseconds(50)
    /// Hundredths of a second.
    private static let patience = 30

    private let isOver = Atomic<Bool>(false)
    private let asked: @Sendable () -> Void

    /// - Parameter asked: ends the process.
    public init(_ asked: @escaping @Sendable () -> Void) {
        self.asked = asked
        var thread = pthread_t()
        let me = unsafe Unmanaged.passRetained(self).toOpaque()
        _ = unsafe pthread_create(&thread, nil, { pointer in
            guard let pointer = unsafe pointer else { return nil }
            unsafe Unmanaged<StartWatch>.fromOpaque(pointer).takeRetainedValue().watch()
            return nil
        }, me)
        pthread_detach(thread)
    }

    /// From now on signals are for the main thread.
    public func end() { isOver.store(true, ordering: .releasing) }

    private func watch() {
        while !isOver.load(ordering: .acquiring) {
            guard Signals.waitForEnd(within: Self.pollInterval) else { continue }
            // The start may be about to end, or have ended while this thread waited: then the main thread is meant.
            for _ in 0..<Self.patience where !isOver.load(ordering: .acquiring) { usleep(10_000) }
            if isOver.load(ordering: .acquiring) { kill(getpid(), SIGTERM) } else { asked() }
            return
        }
    }
}
