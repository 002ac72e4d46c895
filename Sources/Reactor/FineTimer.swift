import CLinux
import Glibc
public import Primitives

/// A one-shot alarm of the kernel's high-resolution timers, for what has to happen to the microsecond.
///
/// `EventLoop.schedule` is as fine as epoll's timeout, one millisecond; a load generator that paces tens of thousands
/// of sends per second, or measures latencies below a millisecond, needs better. Costs a descriptor.
public final class FineTimer: DescriptorHandler {
    private unowned let loop: EventLoop
    private let descriptor: Descriptor
    private let call: () -> Void
    private var watch: WatchID?

    /// - Parameter call: runs on the loop's thread when the alarm goes off.
    public init(on loop: EventLoop, _ call: @escaping () -> Void) throws(SystemError) {
        self.loop = loop
        self.call = call
        let flags = Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC)
        descriptor = Descriptor(
            Int32(try System.retrying("timerfd_create") { Int(timerfd_create(CLOCK_MONOTONIC, flags)) }))
        watch = try loop.watch(descriptor.raw, reading: true, writing: false, self)
    }

    /// Sets the alarm, in place of the one before. A time that has passed goes off in the next turn.
    public func arm(at due: Instant) {
        // All zeros would disarm it.
        let nanoseconds = max(1, due.nanoseconds)
        var time = itimerspec()
        time.it_value.tv_sec = Int(clamping: nanoseconds / 1_000_000_000)
        time.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
        set(&time)
    }

    public func disarm() {
        var time = itimerspec()
        set(&time)
    }

    /// Ends the timer: its loop lets go of it.
    public func close() {
        if let watch { loop.unwatch(watch) }
        watch = nil
    }

    public func ready(readable: Bool, writable: Bool) {
        var expirations: UInt64 = 0
        // Nothing to read: it was armed anew since it went off.
        guard unsafe read(descriptor.raw, &expirations, 8) == 8 else { return }
        call()
    }

    private func set(_ time: inout itimerspec) {
        let result = unsafe timerfd_settime(descriptor.raw, Int32(TFD_TIMER_ABSTIME), &time, nil)
        precondition(result == 0, "timerfd_settime refused \(time.it_value.tv_sec) s: \(errno)")
    }
}
