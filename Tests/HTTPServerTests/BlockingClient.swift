import Glibc
import Reactor

/// A TCP client that waits for each call, with a limit of ten seconds: it can shut down one side.
struct BlockingClient: ~Copyable {
    private let descriptor: Int32

    init(_ address: SocketAddress) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = address.port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        _ = unsafe withUnsafePointer(to: &place) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) {
        send([UInt8](text.utf8))
    }

    func send(_ bytes: [UInt8]) {
        unsafe _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func finishSending() {
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }

    /// What comes next; `nil` if nothing does.
    func receive() -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(descriptor, &piece, piece.count, 0)
        return count > 0 ? Array(piece[..<count]) : nil
    }

    /// Everything until the server closes; `nil` if it does not, or resets the connection.
    func rest() -> String? {
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe recv(descriptor, &piece, piece.count, 0)
            if count == 0 { return String(decoding: all, as: UTF8.self) }
            guard count > 0 else { return nil }
            all += piece[..<count]
        }
    }
}
