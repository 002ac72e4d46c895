public import DBProxy
public import Directory
import Outbox

/// What is done with webhooks, services that are told of events, by whichever door the order comes. Confined to the
/// loop of its database.
public struct Webhooks {
    private let database: Database

    public init(_ database: Database) {
        self.database = database
    }

    /// - Parameters:
    ///   - secret: what requests are signed with; it is stored as it is, and given out by nothing afterwards.
    ///   - events: one kind at least.
    public func make(
        _ name: String, url: String, secret: String, _ events: EventKinds,
        _ completion: @escaping DirectoryCompletion<Int32>
    ) {
        if let reason = AdminToken.flaw(inName: name) { return completion(.failure(.badText(name, reason: reason))) }
        guard (try? WebhookAddress(url)) != nil else { return completion(.failure(.badURL)) }
        database.addWebhook(name, url: url, secret: secret, events) { result in
            completion(
                result.judged { making in
                    switch making {
                    case .made(let id): .success(id)
                    case .nameTaken: .failure(.webhookNameTaken)
                    case .tooMany: .failure(.tooManyWebhooks)
                    }
                })
        }
    }

    /// With all that waits for it, and what was given up.
    public func remove(_ id: Int32, _ completion: @escaping DirectoryCompletion<Void>) {
        database.removeWebhook(id) { result in
            completion(result.judged { $0 ? .success(()) : .failure(.unknownWebhook) })
        }
    }

    /// Tells it again of what was given up, 10,000 events at most. Gives their number.
    public func replay(_ id: Int32, _ completion: @escaping DirectoryCompletion<Int>) {
        database.replayEvents(of: id) { result in
            completion(result.judged { $0.map { .success($0) } ?? .failure(.unknownWebhook) })
        }
    }
}
