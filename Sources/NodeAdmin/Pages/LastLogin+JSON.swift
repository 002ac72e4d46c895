import DBProxy
import Primitives
import TalkProtocol

extension LastLogin {
    static let schema = JSONSchema.object([
        .init("device", .choice(["pc", "mobile"])), .init("client_type", .count),
        .init("login", .count, "as in sessions"), .init("at", .string),
    ])

    var json: JSON {
        .object([
            ("device", .string("\(device)")), ("client_type", .number(Int(clientType.rawValue))),
            ("login", .number(Int(epoch))), ("at", .string(at.rfc3339)),
        ])
    }
}
