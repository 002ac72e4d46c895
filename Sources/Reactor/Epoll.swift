import CLinux
import Glibc

/// The kernel's readiness list, level-triggered: what is not finished in this turn is reported again in the next.
/// (Edge-triggered costs the same here and loses wake-ups when a turn stops early.)
@safe struct Epoll: ~Copyable {
    struct Interest: OptionSet {
        let rawValue: UInt32
        static let read = Interest(rawValue: EPOLLIN.rawValue | EPOLLRDHUP.rawValue)
        static let write = Interest(rawValue: EPOLLOUT.rawValue)
    }

    struct Event {
        let token: UInt64
        private let bits: UInt32

        fileprivate init(_ event: epoll_event) {
            token = unsafe event.data.u64
            bits = unsafe event.events
        }

        /// Also on hang-up and error: the read then says what happened.
        var readable: Bool {
            bits & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
        }
        var writable: Bool { bits & (EPOLLOUT.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
    }

    private let descriptor: Descriptor
    private var events: [epoll_event]

    init(maxEventsPerTurn: Int = 1024) throws(SystemError) {
        descriptor = Descriptor(
            Int32(try System.retrying("epoll_create1") { Int(epoll_create1(Int32(EPOLL_CLOEXEC))) }))
        unsafe events = Array(repeating: epoll_event(), count: maxEventsPerTurn)
    }

    func add(_ target: Int32, _ interest: Interest, token: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_ADD, target, interest, token)
    }

    func modify(_ target: Int32, _ interest: Interest, token: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_MOD, target, interest, token)
    }

    func remove(_ target: Int32) {
        // A descriptor that is already gone is not registered any more: nothing to report.
        _ = epoll_ctl(descriptor.raw, EPOLL_CTL_DEL, target, nil)
    }

    /// Waits up to `milliseconds` (-1: without limit) and returns how many events can be read with `subscript`.
    mutating func wait(milliseconds: Int32) throws(SystemError) -> Int {
        let capacity = unsafe Int32(events.count)
        let descriptor = descriptor.raw
        let found = unsafe events.withUnsafeMutableBufferPointer { buffer in
            unsafe epoll_wait(descriptor, buffer.baseAddress, capacity, milliseconds)
        }
        if found >= 0 { return Int(found) }
        let code = errno
        if code == EINTR { return 0 }
        throw SystemError("epoll_wait", code: code)
    }

    subscript(index: Int) -> Event { unsafe Event(events[index]) }

    private func control(
        _ operation: Int32, _ target: Int32, _ interest: Interest, _ token: UInt64
    ) throws(SystemError) {
        var event = unsafe epoll_event(events: interest.rawValue, data: epoll_data_t(u64: token))
        _ = try System.retrying("epoll_ctl") { unsafe Int(epoll_ctl(descriptor.raw, operation, target, &event)) }
    }
}
