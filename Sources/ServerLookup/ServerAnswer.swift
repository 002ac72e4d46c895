import Primitives
import Reactor

/// The answer of `GET /msg_server`.
struct ServerAnswer: Equatable {
    let code: Int
    /// `nil` if there is no server to log in to.
    let address: SocketAddress?

    /// `nil` if the bytes are no answer.
    init?(_ body: [UInt8]) {
        guard let answer = JSON(reading: body), let code = answer["code"]?.integer else { return nil }
        self.code = code
        // A string with the original server, a number with a later one.
        let port = answer["port"].flatMap { port in
            port.text.flatMap { UInt16($0) } ?? port.integer.flatMap { UInt16(exactly: $0) }
        }
        address = if let host = answer["priorIP"]?.text, let port {
            SocketAddress(numeric: host, port: port)
        } else {
            nil
        }
    }
}
