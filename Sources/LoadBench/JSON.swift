import Foundation
import Reactor

/// Everything for which the module uses Foundation: the answer of `GET /msg_server`, and the report of a run.
enum JSON {
    /// The answer to a client that looks for its server.
    struct ServerAnswer: Decodable {
        let code: Int
        let address: SocketAddress?

        private enum Key: String, CodingKey {
            case code, priorIP, port
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            code = try fields.decode(Int.self, forKey: .code)
            let host = try fields.decodeIfPresent(String.self, forKey: .priorIP)
            // A string with the original server, a number with a later one.
            let port = (try? fields.decode(String.self, forKey: .port)).flatMap { UInt16($0) }
                ?? (try? fields.decode(UInt16.self, forKey: .port))
            address = if let host, let port { SocketAddress(numeric: host, port: port) } else { nil }
        }
    }

    /// `nil` if the bytes are no answer.
    static func serverAnswer(_ bytes: [UInt8]) -> ServerAnswer? {
        try? JSONDecoder().decode(ServerAnswer.self, from: Data(bytes))
    }

    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            preconditionFailure("a report that is no JSON: \(error)")
        }
    }
}
