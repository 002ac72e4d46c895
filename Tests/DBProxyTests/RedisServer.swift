import Glibc
import TLS
import TLSKit
import WaitKit

/// A Redis of its own for one test, on a port that was free.
struct RedisServer {
    struct Failed: Error {}

    let port: UInt16
    private let process: pid_t

    /// - Parameter tls: speaks TLS only, with these certificates, and asks clients for one.
    init(password: String, tls: TestCertificates? = nil) throws {
        let (listener, unused) = try listenOnLoopback()
        close(listener)
        port = unused
        var line = [
            "redis-server", "--port", tls == nil ? "\(unused)" : "0", "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no", "--requirepass", password, "--logfile", "/dev/null", "--dir", "/tmp",
        ]
        if let tls {
            line += [
                "--tls-port", "\(unused)", "--tls-ca-cert-file", tls.authority, "--tls-cert-file",
                tls.server.certificate, "--tls-key-file", tls.server.key,
            ]
        }
        var words = unsafe line.map { unsafe strdup($0) } + [nil]
        defer { for unsafe word in unsafe words { unsafe free(word) } }
        var started: pid_t = 0
        guard unsafe posix_spawnp(&started, "redis-server", nil, nil, &words, environ) == 0 else { throw Failed() }
        process = started
        try blockUntil { (try? RawRedis(port)) != nil }
    }

    func stop() {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }
}

/// A connection that says what it is told to, and waits.
final class RawRedis {
    private let socket: Int32

    init(_ port: UInt16) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = loopback(port)
        let connected = unsafe withUnsafePointer(to: &place) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw RedisServer.Failed() }
    }

    deinit {
        close(socket)
    }

    /// The answer: of a string what it holds, else its line.
    func ask(_ words: [String], _ last: [UInt8]? = nil) throws -> [UInt8] {
        let all = words.map { [UInt8]($0.utf8) } + (last.map { [$0] } ?? [])
        var bytes = [UInt8]("*\(all.count)\r\n".utf8)
        for word in all { bytes += [UInt8]("$\(word.count)\r\n".utf8) + word + [13, 10] }
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(socket, $0.baseAddress.map { unsafe $0 + sent }, bytes.count - sent, 0)
            }
            guard count > 0 else { throw RedisServer.Failed() }
            sent += count
        }
        let line = try read { $0.suffix(2) == [13, 10] }.dropLast(2)
        guard line.first == UInt8(ascii: "$"), let length = Int(String(decoding: line.dropFirst(), as: UTF8.self)),
            length >= 0
        else { return Array(line) }
        return Array(try read { $0.count == length + 2 }.dropLast(2))
    }

    private func read(until isDone: ([UInt8]) -> Bool) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while !isDone(bytes) {
            var byte: UInt8 = 0
            guard unsafe recv(socket, &byte, 1, 0) == 1 else { throw RedisServer.Failed() }
            bytes.append(byte)
        }
        return bytes
    }
}

func loopback(_ port: UInt16) -> sockaddr_in {
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return place
}

/// A listening socket, and the port that the kernel chose.
func listenOnLoopback() throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isDone = unsafe withUnsafeMutablePointer(to: &place) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
                && getsockname(descriptor, $0, &length) == 0
        }
    }
    guard isDone else { throw RedisServer.Failed() }
    return (descriptor, UInt16(bigEndian: place.sin_port))
}
