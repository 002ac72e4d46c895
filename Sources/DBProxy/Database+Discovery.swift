/// A link in the clients' page of links.
public struct DiscoveryItem: Sendable, Equatable {
    public let id: Int32
    public let name: String
    public let url: String
    /// Lower ones come first.
    public let priority: Int32
}

/// Links that clients show; the original calls the page "discovery".
extension Database {
    private static let columns = "id, name, url, priority"
    private static let discoveryItems = Statement(
        "discovery_items", "select \(columns) from discovery_item order by priority, id")

    /// All of them, in the order in which clients show them.
    public func discoveryItems(_ completion: @escaping Completion<[DiscoveryItem]>) {
        query(Self.discoveryItems, Parameters(), completion, Self.readItems)
    }

    private static let addDiscoveryItem = Statement(
        "add_discovery_item",
        "insert into discovery_item (name, url, priority) values ($1::text, $2::text, $3::int) returning \(columns)")

    public func addDiscoveryItem(
        name: String, url: String, priority: Int32, _ completion: @escaping Completion<DiscoveryItem?>
    ) {
        var parameters = Parameters()
        parameters.add(name)
        parameters.add(url)
        parameters.add(priority)
        query(Self.addDiscoveryItem, parameters, within: configuration.writeDeadline, completion) {
            Self.readItems($0).map(\.first)
        }
    }

    private static let changeDiscoveryItem = Statement(
        "change_discovery_item",
        """
        update discovery_item
        set name = coalesce($2::text, name), url = coalesce($3::text, url),
            priority = case when $4::boolean then $5::int else priority end
        where id = $1::int returning \(columns)
        """)

    /// What is `nil` stays as it is. Returns the item; `nil` if there is none.
    public func changeDiscoveryItem(
        _ id: Int32, name: String?, url: String?, priority: Int32?, _ completion: @escaping Completion<DiscoveryItem?>
    ) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(name)
        parameters.add(url)
        parameters.add(priority != nil)
        parameters.add(priority ?? 0)
        query(Self.changeDiscoveryItem, parameters, within: configuration.writeDeadline, completion) {
            Self.readItems($0).map(\.first)
        }
    }

    private static let deleteDiscoveryItem = Statement(
        "delete_discovery_item", "delete from discovery_item where id = $1::int returning 1")

    /// Returns whether there was one.
    public func deleteDiscoveryItem(_ id: Int32, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(id)
        query(Self.deleteDiscoveryItem, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static func readItems(_ rows: Rows) -> [DiscoveryItem]? {
        var items: [DiscoveryItem] = []
        for index in 0..<rows.count {
            guard let id = rows[index].int32(0), let name = rows[index].text(1), let url = rows[index].text(2),
                let priority = rows[index].int32(3)
            else { return nil }
            items.append(DiscoveryItem(id: id, name: name, url: url, priority: priority))
        }
        return items
    }
}
