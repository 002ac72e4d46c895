/// A type that settings can have: how it is written in a file, a variable or a flag.
public protocol SettingValue: Sendable {
    /// `nil` if `text` is not written as this type wants it.
    init?(setting text: String)

    /// The value as `init(setting:)` reads it.
    var settingText: String { get }

    static var settingForm: SettingForm { get }
}

/// How a type is described to people.
public struct SettingForm: Sendable {
    /// Stands for the value in the help text: `DURATION`.
    public let placeholder: String
    /// Completes "expected …": `a duration such as 30s`.
    public let meaning: String

    public init(placeholder: String, meaning: String) {
        self.placeholder = placeholder
        self.meaning = meaning
    }
}

extension String: SettingValue {
    public init?(setting text: String) { self = text }
    public var settingText: String { self }
    public static var settingForm: SettingForm { SettingForm(placeholder: "TEXT", meaning: "text") }
}

extension Int: SettingValue {
    public init?(setting text: String) { self.init(text) }
    public var settingText: String { String(self) }
    public static var settingForm: SettingForm { SettingForm(placeholder: "NUMBER", meaning: "a whole number") }
}

extension Bool: SettingValue {
    public init?(setting text: String) {
        switch text {
        case "on", "true": self = true
        case "off", "false": self = false
        default: return nil
        }
    }
    public var settingText: String { self ? "on" : "off" }
    public static var settingForm: SettingForm { SettingForm(placeholder: "on|off", meaning: "on or off") }
}

/// Nothing is written as empty text.
extension Optional: SettingValue where Wrapped: SettingValue {
    public init?(setting text: String) {
        if text.isEmpty {
            self = .none
        } else if let value = Wrapped(setting: text) {
            self = .some(value)
        } else {
            return nil
        }
    }
    public var settingText: String { self?.settingText ?? "" }
    public static var settingForm: SettingForm { Wrapped.settingForm }
}

/// Several values are separated by commas; empty text is the empty list.
extension Array: SettingValue where Element: SettingValue {
    public init?(setting text: String) {
        self = []
        guard !text.trimmed.isEmpty else { return }
        for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let element = Element(setting: String(Substring(part)).trimmed) else { return nil }
            append(element)
        }
    }
    public var settingText: String { map(\.settingText).joined(separator: ",") }
    public static var settingForm: SettingForm {
        let element = Element.settingForm
        return SettingForm(
            placeholder: "\(element.placeholder),…", meaning: "a list separated by commas, each \(element.meaning)")
    }
}

/// An enumeration of words needs nothing but `extension Word: SettingValue {}`.
extension SettingValue where Self: RawRepresentable<String> & CaseIterable {
    public init?(setting text: String) { self.init(rawValue: text) }
    public var settingText: String { rawValue }
    public static var settingForm: SettingForm {
        let words = allCases.map(\.rawValue)
        return SettingForm(
            placeholder: words.joined(separator: "|"), meaning: "one of \(words.joined(separator: ", "))")
    }
}
