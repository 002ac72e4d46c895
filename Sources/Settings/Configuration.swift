/// The values a program runs with, and where each of them comes from.
public struct Configuration: Sendable {
    /// One line of `config show`.
    public struct Entry: Equatable, Sendable {
        public let name: String
        /// `nil` for a secret that is set.
        public let text: String?
        public let source: SettingSource
        /// `Setting.reloads`
        public let reloads: Bool
    }

    /// In the order of the schema.
    public let entries: [Entry]
    private let values: [String: any Sendable]

    init(entries: [Entry], values: [String: any Sendable]) {
        self.entries = entries
        self.values = values
    }

    /// The value of a setting of the schema this configuration was made with.
    public subscript<Value>(setting: Setting<Value>) -> Value {
        guard let value = values[setting.name] as? Value else {
            preconditionFailure("'\(setting.name)' is not in the schema as a \(Value.self)")
        }
        return value
    }

    /// What a running program goes on with when its configuration was read again: the settings that reload have the
    /// new values, all others those that they have here. Both are of one schema.
    public func reloaded(from new: Configuration) -> Configuration {
        let taken = Set(entries.filter(\.reloads).map(\.name))
        return Configuration(
            entries: zip(entries, new.entries).map { $0.reloads ? $1 : $0 },
            values: values.merging(new.values.filter { taken.contains($0.key) }) { $1 })
    }

    /// A file that gives the same configuration, but for secrets, with the source of each value as a comment.
    public var description: String {
        let lines = entries.map { entry in
            entry.text.map { "\(entry.name) = \(SettingsFile.quoted($0))" } ?? "# \(entry.name) is hidden"
        }
        // Comments stand in one column unless a long value is in the way.
        let width = lines.map(\.utf8.count).filter { $0 <= 60 }.max() ?? 0
        return zip(lines, entries).map { line, entry in
            line + String(repeating: " ", count: max(0, width - line.utf8.count)) + "  # \(entry.source)\n"
        }.joined()
    }
}
