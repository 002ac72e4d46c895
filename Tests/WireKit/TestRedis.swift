import Glibc

/// The Redis that `deploy/local test` started.
public enum TestRedis {
    public static var address: String {
        get throws {
            guard let variable = unsafe getenv("GRAPEVINE_TEST_REDIS") else {
                throw TalkClient.Unexpected(description: "GRAPEVINE_TEST_REDIS is not set: run `deploy/local test`")
            }
            return unsafe String(cString: variable)
        }
    }

    /// Sends a command as a person would type it and waits for the answer.
    public static func command(_ line: String) throws {
        guard let port = try address.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw TalkClient.Unexpected(description: "GRAPEVINE_TEST_REDIS is no host:port")
        }
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &place) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let bytes = [UInt8]((line + "\r\n").utf8)
        var answer = [UInt8](repeating: 0, count: 256)
        guard connected == 0, unsafe send(client, bytes, bytes.count, 0) == bytes.count,
            unsafe recv(client, &answer, answer.count, 0) > 0
        else { throw TalkClient.Unexpected(description: "Redis does not answer \(line)") }
    }
}
