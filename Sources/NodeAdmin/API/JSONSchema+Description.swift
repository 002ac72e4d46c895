import Primitives

extension JSONSchema {
    /// The schema in the words of JSON Schema 2020-12, which OpenAPI 3.1 uses.
    var description: JSON {
        switch self {
        case .anything: return .object([])
        case .bool: return Self.type("boolean")
        case .integer(let range):
            var members = [("type", JSON.string("integer"))]
            if range.lowerBound != .min { members.append(("minimum", .number(range.lowerBound))) }
            if range.upperBound != .max { members.append(("maximum", .number(range.upperBound))) }
            return .object(members)
        case .text(let rule): return rule.json
        case .choice(let words):
            return .object([("type", .string("string")), ("enum", .array(words.map(JSON.string)))])
        case .array(let schema, let lengths):
            var members = [("type", JSON.string("array")), ("items", schema.description)]
            if lengths.lowerBound > 0 { members.append(("minItems", .number(lengths.lowerBound))) }
            if lengths.upperBound != .max { members.append(("maxItems", .number(lengths.upperBound))) }
            return .object(members)
        case .table(let schema):
            return .object([("type", .string("object")), ("additionalProperties", schema.description)])
        case .nullable(let schema):
            return .object([("anyOf", .array([schema.description, Self.type("null")]))])
        case .object(let members):
            let required = members.filter(\.isRequired).map { JSON.string($0.name) }
            return .object(
                [
                    ("type", .string("object")), ("additionalProperties", .bool(false)),
                    ("properties", .object(members.map { ($0.name, $0.json) })),
                ] + (required.isEmpty ? [] : [("required", .array(required))]))
        }
    }

    private static func type(_ name: String) -> JSON { .object([("type", .string(name))]) }
}

extension JSONSchema.Member {
    fileprivate var json: JSON {
        guard case .object(var members) = schema.description else { return schema.description }
        if let note { members.append(("description", .string(note))) }
        if isSecret { members.append(("writeOnly", .bool(true))) }
        return .object(members)
    }
}

extension JSONSchema.TextRule {
    fileprivate var json: JSON {
        var members = [("type", JSON.string("string"))]
        if lengths.lowerBound > 0 { members.append(("minLength", .number(lengths.lowerBound))) }
        if lengths.upperBound != .max { members.append(("maxLength", .number(lengths.upperBound))) }
        if let pattern { members.append(("pattern", .string(pattern))) }
        return .object(members)
    }
}
