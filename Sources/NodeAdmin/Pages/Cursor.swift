import Crypto
import DBProxy
import Directory
import HTTPCore
import Primitives

/// Where a page of a list begins: the last item of the page before, in a form that nobody takes for a number of pages.
enum Cursor {
    static func of(_ text: String) -> String { Hex.encode([UInt8](text.utf8).rawBytes) }

    /// The text of the cursor of a request, empty at the start. `nil`: it is none of ours, and the request is answered.
    static func text(_ call: Call) -> String? {
        guard let cursor = call.text("cursor") else { return "" }
        guard let bytes = Hex.decode(cursor), let text = String(validating: bytes, as: UTF8.self), text.fitsDatabase
        else {
            return refuse(call)
        }
        return text
    }

    /// The same for items with numbers.
    static func number<Number: FixedWidthInteger>(_ call: Call, atStart start: Number) -> Number? {
        guard let text = text(call) else { return nil }
        if text.isEmpty { return start }
        // Numbers of PostgreSQL have a sign: one that has no room for it is none of ours.
        guard let number = Number(text), Number.bitWidth > Int32.bitWidth || number <= Number(Int32.max) else {
            return refuse(call)
        }
        return number
    }

    private static func refuse<Position>(_ call: Call) -> Position? {
        call.fail(
            .badCursor, "cursor must be the next_cursor of an answer", details: [("parameter", .string("cursor"))])
        return nil
    }
}

extension Problem.Kind {
    static let badCursor = Self(.badRequest, "cursor_invalid", "the cursor is none of this API")
}

extension JSONSchema {
    /// What is judged as names of users, groups and departments are; `Call.name` gives them as they are stored.
    static func name(_ rule: NameRule) -> JSONSchema {
        let form = #"[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?"#
        return .text(
            TextRule(
                lengths: (rule.isOptional ? 0 : 1)...rule.maxLength,
                pattern: rule.isOptional ? "^(\(form))?$" : "^\(form)$",
                flaw: { name in
                    let verdict = rule.isOptional ? "cannot be stored" : "cannot be a name"
                    return rule.flaw(in: name.inNormalForm).map { "\(verdict): \($0)" }
                }))
    }

    /// A department, or none.
    static let department = JSONSchema.integer(0...Int(Int32.max))
}
