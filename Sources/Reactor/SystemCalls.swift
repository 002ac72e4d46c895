import CLinux
import Glibc

/// A system call that failed: which one, and `errno` as it was right after it.
public struct SystemError: Error, Equatable, CustomStringConvertible {
    public let call: StaticString
    public let code: Int32

    init(_ call: StaticString, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    public var description: String {
        "\(call): \(unsafe String(cString: strerror(code))) (errno \(code))"
    }

    /// Nothing listens at the address: ECONNREFUSED.
    public var isRefusal: Bool { code == ECONNREFUSED }

    /// The disk has no room, or we may not take more of it.
    public var isFull: Bool { code == ENOSPC || code == EDQUOT }

    /// This process or machine has too much open, or too little memory, at the moment.
    public var isShortage: Bool { [EMFILE, ENFILE, ENOMEM].contains(code) }

    /// What is there is a folder, and no file.
    public var isOfAFolder: Bool { code == EISDIR }

    public static func == (left: SystemError, right: SystemError) -> Bool {
        left.code == right.code && left.call.description == right.call.description
    }
}

/// A file descriptor with one owner, closed at the end of its life.
struct Descriptor: ~Copyable, Sendable {
    let raw: Int32

    init(_ raw: Int32) {
        self.raw = raw
    }

    deinit {
        System.close(raw)
    }
}

/// Every system call of the runtime, with one rule for errors: EINTR is repeated here, "not now" is `nil`, everything
/// else is thrown. `errno` is read at once, since any Swift call in between may change it.
enum System {
    static func retrying(
        _ call: StaticString, _ body: () -> Int
    ) throws(SystemError) -> Int {
        while true {
            let result = body()
            if result >= 0 { return result }
            let code = errno
            if code != EINTR { throw SystemError(call, code: code) }
        }
    }

    /// As `retrying`, with `nil` for EAGAIN: the descriptor is not ready.
    static func nonBlocking(
        _ call: StaticString, _ body: () -> Int
    ) throws(SystemError) -> Int? {
        while true {
            let result = body()
            if result >= 0 { return result }
            let code = errno
            if code == EAGAIN { return nil }
            if code != EINTR { throw SystemError(call, code: code) }
        }
    }

    /// How many bytes a socket has taken; `nil`: it takes none now.
    static func send(_ bytes: RawSpan, to descriptor: Int32) throws(SystemError) -> Int? {
        try nonBlocking("send") {
            unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
        }
    }

    static func monotonicNow() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    static func close(_ descriptor: Int32) {
        // Never repeated: Linux has released the descriptor even when it says EINTR.
        _ = Glibc.close(descriptor)
    }

    static func makeEventDescriptor() throws(SystemError) -> Descriptor {
        let flags = Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC)
        return Descriptor(Int32(try retrying("eventfd") { Int(eventfd(0, flags)) }))
    }

    static func socket(_ family: Int32, _ type: __socket_type) throws(SystemError) -> Descriptor {
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        return Descriptor(Int32(try retrying("socket") { Int(Glibc.socket(family, Int32(type.rawValue) | flags, 0)) }))
    }

    static func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) throws(SystemError) {
        var value = value
        _ = try retrying("setsockopt") {
            unsafe Int(setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size)))
        }
    }

    /// The error that a connect in progress ended with; 0 when it succeeded.
    static func pendingError(_ descriptor: Int32) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return result == 0 ? code : errno
    }
}
