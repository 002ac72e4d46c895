/// One row of the table of settings: what it is called, what it may be, what it means.
package struct Setting<Value: SettingValue>: Sendable {
    /// Lower-case words joined by dots and underscores: `postgres.pool_size`. The names of the variable and of the
    /// flag follow from it, see `SettingName`.
    package let name: String
    package let help: String
    package let isSecret: Bool
    /// `nil`: the setting must be given.
    private let fallback: Value?
    private let complaint: @Sendable (Value) -> String?

    /// - Parameters:
    ///   - isSecret: hidden wherever it is shown, and may be read from the file named by `<name>_file`.
    ///   - complaint: says what is wrong with a well-formed value, or `nil`: `must not be empty`.
    package init(
        _ name: String, default fallback: Value, help: String, isSecret: Bool = false,
        complaint: @escaping @Sendable (Value) -> String? = { _ in nil }
    ) {
        self.name = name
        self.help = help
        self.isSecret = isSecret
        self.fallback = fallback
        self.complaint = complaint
    }

    /// A setting that has no default and must be given.
    package init(
        required name: String, help: String, isSecret: Bool = false,
        complaint: @escaping @Sendable (Value) -> String? = { _ in nil }
    ) {
        self.name = name
        self.help = help
        self.isSecret = isSecret
        self.fallback = nil
        self.complaint = complaint
    }

    /// A setting whose value lies in `range`.
    package init(
        _ name: String, default fallback: Value, in range: ClosedRange<Value>, help: String
    ) where Value: Comparable {
        self.init(name, default: fallback, help: help) { value in
            let isInside = range.contains(value)
            return isInside ? nil : "must be from \(range.lowerBound.settingText) to \(range.upperBound.settingText)"
        }
    }
}

/// A setting of any type: what the table needs to know.
package protocol AnySetting: Sendable {
    var name: String { get }
    var help: String { get }
    var isSecret: Bool { get }
    var form: SettingForm { get }
    /// `nil`: the setting must be given.
    var defaultText: String? { get }

    func read(_ text: String) -> SettingReading
}

/// What a text means to a setting.
package enum SettingReading {
    case value(any Sendable)
    /// With a reason that completes "name = text: …".
    case refused(reason: String)
}

extension Setting: AnySetting {
    package var form: SettingForm { Value.settingForm }
    package var defaultText: String? { fallback?.settingText }

    package func read(_ text: String) -> SettingReading {
        guard let value = Value(setting: text) else { return .refused(reason: "expected \(form.meaning)") }
        if let reason = complaint(value) { return .refused(reason: reason) }
        return .value(value)
    }
}
