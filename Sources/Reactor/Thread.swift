import CLinux
import Glibc
import Synchronization

/// A POSIX thread. The runtime's threads are not taken from Swift's cooperative pool: they may block.
public struct Thread: Sendable {
    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private let id: pthread_t

    /// - Parameter name: shown by `top -H`; the first 15 bytes count.
    public init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        var id = pthread_t()
        let start = unsafe Unmanaged.passRetained(Start(body))
        let result = unsafe pthread_create(&id, nil, { argument in
            if let argument = unsafe argument {
                unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
            }
            return nil
        }, start.toOpaque())
        guard result == 0 else {
            unsafe start.release()
            throw SystemError("pthread_create", code: result)
        }
        _ = unsafe pthread_setname_np(id, String(decoding: name.utf8.prefix(15), as: UTF8.self))
        self.id = id
    }

    /// The calling thread runs only on what others leave of the processors, as far as the scheduler can see to it (on
    /// Linux a thread has a niceness of its own).
    static func yieldToOthers() {
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
    }

    /// Waits for the end of the thread; once per thread.
    public func join() {
        _ = pthread_join(id, nil)
    }
}

/// One value handed from one thread to another that waits for it. Blocks: never on a loop.
public final class Handover<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let semaphore = Semaphore()

    public init() {}

    public func put(_ new: Value) {
        value.withLock { $0 = new }
        semaphore.signal()
    }

    /// Waits until there is a value.
    public func take() -> Value {
        while true {
            semaphore.wait()
            if let taken = value.withLock({ value in
                defer { value = nil }
                return value
            }) { return taken }
        }
    }
}

/// A counting semaphore.
@safe public final class Semaphore: @unchecked Sendable {
    // Proof: the memory is written once here, and POSIX lets any thread call sem_post and sem_wait on it.
    private let semaphore: UnsafeMutablePointer<sem_t>

    public init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    public func signal() {
        unsafe _ = sem_post(semaphore)
    }

    public func wait() {
        while unsafe sem_wait(semaphore) != 0 {}
    }
}
