import Primitives

/// One thing that the doctor has looked at.
struct Symptom: Equatable {
    enum Level: String {
        case ok
        /// It works, and will not always.
        case warn
        /// It does not work, or data can be lost.
        case bad
    }

    let level: Level
    /// For programs: does not change.
    let code: String
    let text: String
    /// What to do about it; empty where nothing is to be done.
    let fix: String

    static func ok(_ code: String, _ text: String) -> Symptom {
        Symptom(level: .ok, code: code, text: text, fix: "")
    }

    static func warn(_ code: String, _ text: String, fix: String) -> Symptom {
        Symptom(level: .warn, code: code, text: text, fix: fix)
    }

    static func bad(_ code: String, _ text: String, fix: String) -> Symptom {
        Symptom(level: .bad, code: code, text: text, fix: fix)
    }

    var line: String {
        let head = level.rawValue + String(repeating: " ", count: 6 - level.rawValue.count) + "\(code): \(text)"
        return fix.isEmpty ? head : "\(head)\n      fix: \(fix)"
    }

    var json: JSON {
        .object([
            ("level", .string(level.rawValue)), ("code", .string(code)), ("text", .string(text)), ("fix", .string(fix)),
        ])
    }
}
