import Glibc
import Primitives

/// A lock to wait in: a POSIX mutex and condition variable, because `Mutex` has nothing to wait for.
///
/// Time is monotonic, so that setting the clock of the machine does not shorten or lengthen a wait.
/// `@unchecked Sendable`: the pointers never change after `init`, and what they point to is made for several threads.
@safe final class Monitor: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        var attributes = pthread_condattr_t()
        let results = unsafe [
            pthread_condattr_init(&attributes),
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC),
            pthread_mutex_init(mutex, nil),
            pthread_cond_init(condition, &attributes),
            pthread_condattr_destroy(&attributes),
        ]
        precondition(results.allSatisfy { $0 == 0 }, "the C library refused to make a lock: \(results)")
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    func lock() {
        let result = unsafe pthread_mutex_lock(mutex)
        precondition(result == 0, "locking failed with \(result)")
    }

    func unlock() {
        let result = unsafe pthread_mutex_unlock(mutex)
        precondition(result == 0, "unlocking failed with \(result)")
    }

    /// Lets go of the lock until somebody wakes; may also return for no reason.
    func wait() {
        unsafe pthread_cond_wait(condition, mutex)
    }

    /// The same, but not beyond `deadline`. False when the time is over.
    func wait(until deadline: timespec) -> Bool {
        var deadline = deadline
        return unsafe pthread_cond_timedwait(condition, mutex, &deadline) != ETIMEDOUT
    }

    func wakeAll() {
        unsafe pthread_cond_broadcast(condition)
    }

    static func deadline(in duration: Duration) -> timespec {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let nanoseconds = Int64(time.tv_nsec) + max(0, duration.nanoseconds) % 1_000_000_000
        time.tv_sec += Int(max(0, duration.nanoseconds) / 1_000_000_000 + nanoseconds / 1_000_000_000)
        time.tv_nsec = Int(nanoseconds % 1_000_000_000)
        return time
    }
}
