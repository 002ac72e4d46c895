import COpenSSL
import Glibc

/// A client of TLS 1.3 that goes on asking the server for new keys (RFC 8446, section 4.6.3) and never reads an answer.
@safe public final class KeyUpdateFlood {
    struct Failed: Error {}

    private let context: OpaquePointer
    private let session: OpaquePointer
    private let socket: CInt

    /// Connects to a port of 127.0.0.1, and reads nothing from then on.
    public init(port: UInt16) throws {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()), let session = unsafe SSL_new(context) else {
            throw Failed()
        }
        unsafe (self.context, self.session) = unsafe (context, session)
        socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        // Little fits in here, so that the server's answers back up soon; a server that does not read stops the flood.
        var room: CInt = 4096
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<CInt>.size))
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0, unsafe SSL_set_fd(session, socket) == 1, unsafe SSL_connect(session) == 1 else {
            throw Failed()
        }
    }

    /// Asks up to `count` times; returns how often the connection took it.
    public func ask(_ count: Int) -> Int {
        for asked in 0..<count {
            guard unsafe SSL_key_update(session, SSL_KEY_UPDATE_REQUESTED) == 1,
                unsafe SSL_do_handshake(session) == 1
            else { return asked }
        }
        return count
    }

    deinit {
        unsafe SSL_free(session)
        unsafe SSL_CTX_free(context)
        close(socket)
    }
}
