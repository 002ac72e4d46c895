/// A type that settings can have: how it is written in a file, a variable or a flag.
package protocol SettingValue: Sendable {
    /// `nil` if `text` is not written as this type wants it.
    init?(setting text: String)

    /// The value as `init(setting:)` reads it.
    var settingText: String { get }

    static var settingForm: SettingForm { get }
}

/// How a type is described to people.
package struct SettingForm: Sendable {
    /// Stands for the value in the help text: `DURATION`.
    package let placeholder: String
    /// Completes "expected …": `a duration such as 30s`.
    package let meaning: String

    package init(placeholder: String, meaning: String) {
        self.placeholder = placeholder
        self.meaning = meaning
    }
}

extension String: SettingValue {
    package init?(setting text: String) { self = text }
    package var settingText: String { self }
    package static var settingForm: SettingForm { SettingForm(placeholder: "TEXT", meaning: "text") }
}

extension Int: SettingValue {
    package init?(setting text: String) { self.init(text) }
    package var settingText: String { String(self) }
    package static var settingForm: SettingForm { SettingForm(placeholder: "NUMBER", meaning: "a whole number") }
}

extension Bool: SettingValue {
    package init?(setting text: String) {
        switch text {
        case "on", "true": self = true
        case "off", "false": self = false
        default: return nil
        }
    }
    package var settingText: String { self ? "on" : "off" }
    package static var settingForm: SettingForm { SettingForm(placeholder: "on|off", meaning: "on or off") }
}

/// Nothing is written as empty text.
extension Optional: SettingValue where Wrapped: SettingValue {
    package init?(setting text: String) {
        if text.isEmpty {
            self = .none
        } else if let value = Wrapped(setting: text) {
            self = .some(value)
        } else {
            return nil
        }
    }
    package var settingText: String { self?.settingText ?? "" }
    package static var settingForm: SettingForm { Wrapped.settingForm }
}

/// Several values are separated by commas; empty text is the empty list.
extension Array: SettingValue where Element: SettingValue {
    package init?(setting text: String) {
        self = []
        guard !text.trimmed.isEmpty else { return }
        for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let element = Element(setting: String(Substring(part)).trimmed) else { return nil }
            append(element)
        }
    }
    package var settingText: String { map(\.settingText).joined(separator: ",") }
    package static var settingForm: SettingForm {
        let element = Element.settingForm
        return SettingForm(
            placeholder: "\(element.placeholder),…", meaning: "a list separated by commas, each \(element.meaning)")
    }
}

/// An enumeration of words needs nothing but `extension Word: SettingValue {}`.
extension SettingValue where Self: RawRepresentable<String> & CaseIterable {
    package init?(setting text: String) { self.init(rawValue: text) }
    package var settingText: String { rawValue }
    package static var settingForm: SettingForm {
        let words = allCases.map(\.rawValue)
        return SettingForm(
            placeholder: words.joined(separator: "|"), meaning: "one of \(words.joined(separator: ", "))")
    }
}

extension String {
    /// Without spaces, tabs and carriage returns at both ends.
    var trimmed: String {
        func isBlank(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
        }
        let rest = utf8.drop(while: isBlank)
        guard let last = rest.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(Substring(rest[...last]))
    }
}
