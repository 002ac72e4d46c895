public import Primitives

/// Where a value breaks its schema, and how.
public struct SchemaFlaw: Equatable, Sendable {
    /// `members[3]`; empty for the whole.
    public let place: String
    /// Completes "`place` …".
    public let text: String
}

extension JSONSchema {
    /// The first thing that is wrong with a value; `nil`: nothing.
    public func flaw(in value: JSON, at place: String = "") -> SchemaFlaw? {
        func wrong(_ text: String) -> SchemaFlaw { SchemaFlaw(place: place, text: text) }
        switch self {
        case .anything:
            return nil
        case .nullable(let schema):
            if case .null = value { return nil }
            return schema.flaw(in: value, at: place)
        case .bool:
            if case .bool = value { return nil }
            return wrong("must be true or false")
        case .integer(let range):
            guard let number = value.integer else { return wrong("must be a whole number") }
            return range.contains(number) ? nil : wrong(Self.text(of: range))
        case .text(let rule):
            guard let text = value.text else { return wrong("must be a text") }
            return rule.flaw(in: text).map(wrong)
        case .choice(let words):
            guard let text = value.text, words.contains(where: { $0.utf8.elementsEqual(text.utf8) }) else {
                return wrong("must be one of \(words.joined(separator: ", "))")
            }
            return nil
        case .array(let schema, let lengths):
            guard case .array(let items) = value else { return wrong("must be a list") }
            guard lengths.contains(items.count) else {
                return wrong("must have from \(lengths.lowerBound) to \(lengths.upperBound) items")
            }
            for (index, item) in items.enumerated() {
                if let flaw = schema.flaw(in: item, at: "\(place)[\(index)]") { return flaw }
            }
            return nil
        case .table(let schema):
            guard case .object(let members) = value else { return wrong("must be an object") }
            return members.lazy.compactMap { schema.flaw(in: $0.1, at: Self.join(place, $0.0)) }.first
        case .object(let members):
            guard case .object(let given) = value else { return wrong("must be an object") }
            return Self.flaw(in: given, of: members, at: place)
        }
    }

    private static func flaw(in given: [(String, JSON)], of members: [Member], at place: String) -> SchemaFlaw? {
        var seen: Set<String> = []
        for (name, value) in given {
            guard let member = members.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
                let known = members.map(\.name).joined(separator: ", ")
                return SchemaFlaw(place: join(place, name), text: "is unknown; there are: \(known)")
            }
            // Which of two counts is a question that readers answer differently.
            guard seen.insert(name).inserted else {
                return SchemaFlaw(place: join(place, name), text: "is given twice")
            }
            if let flaw = member.schema.flaw(in: value, at: join(place, name)) { return flaw }
        }
        return members.first { $0.isRequired && !seen.contains($0.name) }.map {
            SchemaFlaw(place: join(place, $0.name), text: "is missing")
        }
    }

    /// The value as it may be written down: secrets are replaced.
    public func redacted(_ value: JSON) -> JSON {
        guard case .object(let members) = self, case .object(let given) = value else { return value }
        return .object(
            given.map { name, value in
                guard let member = members.first(where: { $0.name == name }) else { return (name, .null) }
                return (name, member.isSecret ? .string("***") : member.schema.redacted(value))
            })
    }

    private static func join(_ place: String, _ name: String) -> String {
        // What comes from outside is cut: it stands in an answer.
        let name = String(String.UnicodeScalarView(name.unicodeScalars.prefix(64)))
        return place.isEmpty ? name : "\(place).\(name)"
    }

    static func text(of range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (let low, .max): "must be \(low) or more"
        case (let low, let high): "must be from \(low) to \(high)"
        }
    }
}

extension JSONSchema.TextRule {
    func flaw(in text: String) -> String? {
        let length = text.unicodeScalars.count
        guard lengths.contains(length) else {
            if length < lengths.lowerBound && lengths.lowerBound == 1 { return "must not be empty" }
            return "must have from \(lengths.lowerBound) to \(lengths.upperBound) characters"
        }
        return formFlaw(text)
    }
}
