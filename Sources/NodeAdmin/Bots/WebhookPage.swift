import Administration
import DBProxy
import HTTPCore
import Primitives
import Reactor
import Synchronization
import TalkProtocol

/// A text for a group, from whoever knows the secret path.
extension BotAPI {
    func addWebhook() {
        let route = Route(
            .post, Self.root + "/hooks/{token}",
            "Sends a text to the group of a webhook, as its bot; answers when it is stored", scope: nil,
            [.path("token", .plain(1...128), "the webhook's token, which is all that it needs")],
            takes: .object([.init("text", .message), Self.key]), gives: Self.sent,
            problems: Self.sendProblems
                + [.invalid, .unauthorized, .tooManyTokens, .databaseUnavailable, .internalError]
        ) { _ in }
        addOpen(route, .webhook) { [unowned self] call, peer in
            let token = call.text("token") ?? ""
            identify(token, .webhook, from: peer, call.send) { [self] bot in
                guard let group = bot.group else { return call.fail(.internalError, "this webhook has no group") }
                let name = "\(bot.user.rawValue) \(bot.name)"
                let hasRoom = tokens.webhooks.withLock { $0.take(name, at: loop.now) }
                guard hasRoom else { return call.send(.problem(.tooFast(for: .seconds(1)))) }
                send(call, as: bot.user, to: .group(group))
            }
        }
    }
}
