/// One row of the table of settings: what it is called, what it may be, what it means.
public struct Setting<Value: SettingValue>: Sendable {
    /// Lower-case words joined by dots and underscores: `postgres.pool_size`. The names of the variable and of the
    /// flag follow from it, see `SettingName`.
    public let name: String
    public let help: String
    public let isSecret: Bool
    /// A running program takes a new value over when it is told to read its configuration again.
    public let reloads: Bool
    /// `nil`: the setting must be given.
    private let fallback: Value?
    private let complaint: @Sendable (Value) -> String?

    /// - Parameters:
    ///   - isSecret: hidden wherever it is shown, and may be read from the file named by `<name>_file`.
    ///   - complaint: says what is wrong with a well-formed value, or `nil`: `must not be empty`.
    public init(
        _ name: String, default fallback: Value, help: String, isSecret: Bool = false, reloads: Bool = false,
        complaint: @escaping @Sendable (Value) -> String? = { _ in nil }
    ) {
        self.name = name
        self.help = help
        self.isSecret = isSecret
        self.reloads = reloads
        self.fallback = fallback
        self.complaint = complaint
    }

    /// A setting that has no default and must be given.
    public init(
        required name: String, help: String, isSecret: Bool = false,
        complaint: @escaping @Sendable (Value) -> String? = { _ in nil }
    ) {
        self.name = name
        self.help = help
        self.isSecret = isSecret
        reloads = false
        self.fallback = nil
        self.complaint = complaint
    }

    /// A setting whose value lies in `range`.
    public init(
        _ name: String, default fallback: Value, in range: ClosedRange<Value>, help: String, reloads: Bool = false
    ) where Value: Comparable {
        self.init(name, default: fallback, help: help, reloads: reloads) { value in
            let isInside = range.contains(value)
            return isInside ? nil : "must be from \(range.lowerBound.settingText) to \(range.upperBound.settingText)"
        }
    }
}

/// A setting of any type: what the table needs to know.
public protocol AnySetting: Sendable {
    var name: String { get }
    var help: String { get }
    var isSecret: Bool { get }
    var reloads: Bool { get }
    var form: SettingForm { get }
    /// `nil`: the setting must be given.
    var defaultText: String? { get }

    func read(_ text: String) -> SettingReading
}

/// What a text means to a setting.
public enum SettingReading {
    case value(any Sendable)
    /// With a reason that completes "name = text: …".
    case refused(reason: String)
}

extension Setting: AnySetting {
    public var form: SettingForm { Value.settingForm }
    public var defaultText: String? { fallback?.settingText }

    public func read(_ text: String) -> SettingReading {
        guard let value = Value(setting: text) else { return .refused(reason: "expected \(form.meaning)") }
        if let reason = complaint(value) { return .refused(reason: reason) }
        return .value(value)
    }
}
