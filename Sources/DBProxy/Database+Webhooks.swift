import Primitives
public import TalkProtocol

/// Of what a service is told.
public struct EventKinds: OptionSet, Sendable {
    public let rawValue: Int16

    public static let messages = EventKinds(rawValue: 1)
    public static let groups = EventKinds(rawValue: 2)
    public static let users = EventKinds(rawValue: 4)
    public static let presence = EventKinds(rawValue: 8)
    public static let calls = EventKinds(rawValue: 16)

    /// As programs and commands write them.
    public static let named: [(name: String, kind: EventKinds)] = [
        ("message", .messages), ("group", .groups), ("user", .users), ("presence", .presence), ("call", .calls),
    ]

    public init(rawValue: Int16) {
        self.rawValue = rawValue
    }

    /// `nil`: one of them is no name of a kind.
    public init?(names: [String]) {
        self = []
        for name in names {
            guard let known = Self.named.first(where: { $0.name == name }) else { return nil }
            formUnion(known.kind)
        }
    }

    public var names: [String] { Self.named.filter { contains($0.kind) }.map(\.name) }
}

/// A service that is told of events.
public struct WebhookRecord: Sendable, Equatable {
    public let id: Int32
    public let name: String
    public let url: String
    public let events: EventKinds
    /// Events that are not sent yet, 1,000 at most.
    public let waiting: Int
    /// Given up, 1,000 at most.
    public let givenUp: Int
    /// What the service said to the oldest of those that wait, or why it got nothing.
    public let trouble: String?
}

/// How the making of a webhook ended.
public enum WebhookMaking: Sendable, Equatable {
    case made(Int32)
    case nameTaken
    case tooMany
}

/// An event that a service is to be told of, taken from the outbox.
public struct DueEvent: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        case message(ConversationID, StoredMessage)
        /// A message that is not there any more.
        case goneMessage
        /// JSON.
        case other(String)
    }

    public let id: Int64
    /// With this one; 1 is the first.
    public let attempts: Int16
    /// Unix seconds.
    public let createdAt: Int64
    public let webhook: Int32
    public let url: String
    public let secret: String
    public let content: Content

    public init(
        id: Int64, attempts: Int16, createdAt: Int64, webhook: Int32, url: String, secret: String, content: Content
    ) {
        self.id = id
        self.attempts = attempts
        self.createdAt = createdAt
        self.webhook = webhook
        self.url = url
        self.secret = secret
        self.content = content
    }
}

/// Services that are told of events.
extension Database {
    /// As many as there may be.
    public static let maxWebhooks = 50

    private static let addWebhook = Statement(
        "add_webhook", "select add_webhook($1::text, $2::text, $3::text, $4::smallint)")

    public func addWebhook(
        _ name: String, url: String, secret: String, _ events: EventKinds,
        _ completion: @escaping Completion<WebhookMaking>
    ) {
        var parameters = Parameters()
        parameters.add(name)
        parameters.add(url)
        parameters.add(secret)
        parameters.add(events.rawValue)
        query(Self.addWebhook, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1 else { return nil }
            return rows[0].int32(0).map { $0 == 0 ? .tooMany : .made($0) } ?? .nameTaken
        }
    }

    private static let silenceWebhook = Statement("silence_webhook", "select silence_webhook($1::int)")
    private static let endWebhook = Statement("end_webhook", "select end_webhook($1::int)")

    /// Also what waits for it, and what was given up, some thousands at a time. Returns whether there was one. Without
    /// an answer it may be there still, without events: removing it again goes on.
    public func removeWebhook(_ id: Int32, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(id)
        query(Self.silenceWebhook, parameters, within: configuration.writeDeadline, { [self] result in
            guard case .success(true) = result else { return completion(result) }
            endWebhook(id, completion)
        }) { $0.count == 1 ? $0[0].bool(0) : nil }
    }

    private func endWebhook(_ id: Int32, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(id)
        query(Self.endWebhook, parameters, within: configuration.writeDeadline, { [self] (result: Result<Bool, _>) in
            switch result {
            case .success(true): endWebhook(id, completion)
            case .success(false): completion(.success(true))
            case .failure(let error): completion(.failure(error))
            }
        }) { $0.count == 1 ? $0[0].bool(0) : nil }
    }

    private static let webhooks = Statement(
        "webhooks",
        """
        select w.id, w.name, w.url, w.events,
            (select count(*) from (
                select from outbox o where o.webhook_id = w.id and o.state = 0 limit 1000) n)::int,
            (select count(*) from (
                select from outbox o where o.webhook_id = w.id and o.state = 3 limit 1000) n)::int,
            (select o.answer from outbox o where o.webhook_id = w.id and o.state = 0 order by o.id limit 1)
        from webhook w order by w.id
        """)

    /// All of them.
    public func webhooks(_ completion: @escaping Completion<[WebhookRecord]>) {
        query(Self.webhooks, Parameters(), completion) { rows in
            var found: [WebhookRecord] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let id = row.int32(0), let name = row.text(1), let url = row.text(2), let events = row.int16(3),
                    let waiting = row.int32(4), let givenUp = row.int32(5)
                else { return nil }
                found.append(
                    WebhookRecord(
                        id: id, name: name, url: url, events: EventKinds(rawValue: events), waiting: Int(waiting),
                        givenUp: Int(givenUp), trouble: row.text(6)))
            }
            return found
        }
    }

    // The number of its attempts goes on, as it says whose attempt an end belongs to.
    private static let replayEvents = Statement(
        "replay_events",
        """
        with again as (
            update outbox set state = 0, ended_at = null, due_at = clock_timestamp(), created_at = clock_timestamp()
            where id in (
                select id from outbox where webhook_id = $1::int and state = 3 order by id limit 10000)
            returning 1
        )
        select exists (select from webhook where id = $1::int), (select count(*) from again)::int
        """)

    /// Lets what was given up wait again, before what came later, 10,000 events at most. Returns how many; `nil`: there
    /// is no such one.
    public func replayEvents(of webhook: Int32, _ completion: @escaping Completion<Int?>) {
        var parameters = Parameters()
        parameters.add(webhook)
        query(Self.replayEvents, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1, let isThere = rows[0].bool(0), let count = rows[0].int32(1) else { return nil }
            return .some(isThere ? Int(count) : nil)
        }
    }

    private static let claimEvents = Statement(
        "claim_events",
        """
        select id, attempts, created_at, webhook_id, url, secret, event, conversation_id, msg_id, sender_id, msg_type,
            sent_at, body
        from claim_events($1::int, $2::int)
        """)

    /// Takes the next event of each webhook, if it is due. Whoever dies over it loses it to another when the lease has
    /// run out.
    /// - Parameter lease: whole seconds.
    public func claimEvents(limit: Int, lease: Duration, _ completion: @escaping Completion<[DueEvent]>) {
        var parameters = Parameters()
        parameters.add(Int32(clamping: limit))
        parameters.add(Int32(clamping: lease.milliseconds / 1000))
        query(Self.claimEvents, parameters, within: configuration.writeDeadline, completion) { rows in
            var due: [DueEvent] = []
            for index in 0..<rows.count {
                guard let event = DueEvent(rows[index]) else { return nil }
                due.append(event)
            }
            return due
        }
    }
}

extension DueEvent {
    fileprivate init?(_ row: Row) {
        guard let id = row.int64(0), let attempts = row.int16(1), let createdAt = row.int64(2),
            let webhook = row.int32(3), let url = row.text(4), let secret = row.text(5)
        else { return nil }
        let content: Content
        if let event = row.text(6) {
            content = .other(event)
        } else if let conversation: ConversationID = row.value(7), let message = StoredMessage(row, at: 8) {
            content = .message(conversation, message)
        } else {
            content = .goneMessage
        }
        self.init(
            id: id, attempts: attempts, createdAt: createdAt, webhook: webhook, url: url, secret: secret,
            content: content)
    }
}
