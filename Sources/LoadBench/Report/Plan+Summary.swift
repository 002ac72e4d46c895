import Primitives
import Settings

/// The plan in words.
extension Plan {
    var summary: String {
        let load = switch load {
        case .connections(let count): "connect: \(grouped(count)) users"
        case .pairs(let count, let isOneWay):
            "chat: \(grouped(count)) pairs\(isCross ? " on different servers" : ""), "
                + (isOneWay ? "one way" : "both ways")
        case .groups(let count, let members, let senders):
            "group: \(grouped(count)) of \(grouped(members)) members, \(grouped(senders)) sending in each"
        }
        let client = transport == .native ? [] : ["over \(transport)"]
        guard conversationSize > 0 else { return ([load] + client).joined(separator: ", ") }
        let pace = switch pace {
        case .rate(let rate): "\(decimal(rate, places: rate < 10 ? 1 : 0)) messages/s offered"
        case .window(let window): "\(grouped(window)) in flight per sender"
        }
        let body = "\(sendsText ? "text" : "raw") bodies of \(grouped(bodySize)) B"
        return ([load, pace, body, isLegacy ? "legacy client" : "client keys"] + client).joined(separator: ", ")
    }
}

extension Plan.Target {
    var summary: String {
        switch self {
        case .lookUp(let hosts): "GET /msg_server at " + hosts.map(\.settingText).joined(separator: ", ")
        case .direct(let hosts): hosts.map(\.settingText).joined(separator: ", ")
        }
    }
}
