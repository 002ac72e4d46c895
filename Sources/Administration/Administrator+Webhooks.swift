public import DBProxy
import Directory

/// Webhooks, without a node.
extension Administrator {
    /// Gives what its requests are signed with; it is shown this once.
    public func addWebhook(
        _ name: String, url: String, events: EventKinds
    ) throws(AdministrationError) -> (id: Int32, secret: String) {
        let secret = try Self.make(.signing)
        let id = try order(about: name) { Webhooks($0).make(name, url: url, secret: secret, events, $1) }
        return (id, secret)
    }

    public func webhooks() throws(AdministrationError) -> [WebhookRecord] {
        try database.call { $0.webhooks($1) }
    }

    /// - Parameter reference: a name, or `#7` for webhook number 7.
    public func webhook(_ reference: String) throws(AdministrationError) -> WebhookRecord {
        let number = Self.number(reference).map { Int32(clamping: $0) }
        let found = try webhooks().first { hook in
            number.map { $0 == hook.id } ?? hook.name.utf8.elementsEqual(reference.utf8)
        }
        guard let found else { throw .unknownWebhook(reference) }
        return found
    }

    public func removeWebhook(_ hook: WebhookRecord) throws(AdministrationError) {
        try order(about: hook.name) { Webhooks($0).remove(hook.id, $1) }
    }

    /// Gives the number of events that its service is told of again.
    public func replayWebhook(_ hook: WebhookRecord) throws(AdministrationError) -> Int {
        try order(about: hook.name) { Webhooks($0).replay(hook.id, $1) }
    }
}
