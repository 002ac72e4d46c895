import DBProxy
import Outbox

/// Who takes the messages of a channel.
enum ChannelService {
    case apns(APNs)
    case fcm(FCM)
    case relay(Relay)
    case browsers(WebPush)

    var channel: OutboxChannel {
        switch self {
        case .apns: .apns
        case .fcm, .relay: .android
        case .browsers: .browsers
        }
    }

    /// Which of the services of the channel has the device, as the database tells them apart.
    func place(of due: DueNotification) -> String {
        guard case .browsers = self else { return "" }
        let parts = due.token.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 2 ? String(parts[2]) : ""
    }

    /// The key by which devices know who sends to them; `nil`: they need none.
    var publicKey: [UInt8]? {
        if case .browsers(let service) = self { service.publicPoint } else { nil }
    }

    /// What has to be asked before anything is sent; `nil`: nothing.
    ///
    /// - Parameter now: unix seconds, here and below.
    func preparation(at now: Int64) -> OutboundRequest? {
        if case .fcm(let service) = self, !service.hasToken(at: now) { service.tokenRequest(at: now) } else { nil }
    }

    /// Why it is not prepared, for people; `nil`: it is.
    mutating func prepared(_ answer: OutboundAnswer, at now: Int64) -> String? {
        guard case .fcm(var service) = self else { return nil }
        defer { self = .fcm(service) }
        return service.tookToken(answer, at: now)
    }

    /// `nil`: it cannot be sent, whatever its service says.
    mutating func request(_ due: DueNotification, _ text: NotificationText, at now: Int64) -> OutboundRequest? {
        switch self {
        case .apns(var service):
            defer { self = .apns(service) }
            return service.request(due, text, at: now)
        case .fcm(let service): return service.request(due, text, at: now)
        case .relay(let service): return service.request(due, text, at: now)
        case .browsers(var service):
            defer { self = .browsers(service) }
            return service.request(due, text, at: now)
        }
    }

    mutating func judge(_ answer: OutboundAnswer, at now: Int64) -> Verdict {
        switch self {
        case .apns(var service):
            defer { self = .apns(service) }
            return service.judge(answer, at: now)
        case .fcm(var service):
            defer { self = .fcm(service) }
            return service.judge(answer, at: now)
        case .relay(let service): return service.judge(answer, at: now)
        case .browsers(let service): return service.judge(answer, at: now)
        }
    }
}
