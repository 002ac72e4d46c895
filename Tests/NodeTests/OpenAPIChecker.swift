import Primitives

/// What a node says of its API, and whether its answers are so. Knows JSON Schema as far as the description uses it,
/// and nothing of the code that writes it.
struct OpenAPIChecker: Sendable {
    let document: JSON

    /// Methods, in upper case, by path.
    var operations: [(path: String, methods: [String])] {
        members(document["paths"]).map { path, item in (path, members(item).map { $0.0.uppercased() }) }
    }

    func operation(_ method: String, _ path: String) -> JSON? {
        guard let template = template(of: path) else { return nil }
        return document["paths"]?[template]?[method.lowercased()]
    }

    /// What is wrong with an answer; empty: nothing.
    func flaws(in body: JSON, of method: String, _ path: String, status: Int) -> [String] {
        guard let operation = operation(method, path) else { return ["\(method) \(path) is not described"] }
        guard let response = operation["responses"]?["\(status)"] else {
            return ["the answer \(status) of \(method) \(path) is not described"]
        }
        guard let schema = response["content"]?["application/json"]?["schema"] else {
            return ["the answer \(status) of \(method) \(path) has no schema"]
        }
        return flaws(in: body, schema, "")
    }

    private func template(of path: String) -> String? {
        let path = path.split(separator: "?")[0].split(separator: "/", omittingEmptySubsequences: false)
        let fitting = operations.map(\.path).filter { template in
            let parts = template.split(separator: "/", omittingEmptySubsequences: false)
            return parts.count == path.count && zip(parts, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        return fitting.min { $0.count { $0 == "{" } < $1.count { $0 == "{" } }
    }

    private func flaws(in value: JSON, _ schema: JSON, _ place: String) -> [String] {
        if let name = schema["$ref"]?.text?.split(separator: "/").last {
            return flaws(in: value, document["components"]?["schemas"]?[String(name)] ?? .null, place)
        }
        if let choices = schema["anyOf"]?.items {
            return choices.contains { flaws(in: value, $0, place).isEmpty } ? [] : ["\(place) fits nothing of anyOf"]
        }
        if let words = schema["enum"]?.items, !words.contains(where: { $0.text == value.text }) {
            return ["\(place) is '\(value.text ?? "")'"]
        }
        guard let type = schema["type"]?.text else { return [] }
        switch (type, value) {
        case ("string", .string(let text)):
            let length = text.unicodeScalars.count
            let isRight = length >= schema["minLength"]?.integer ?? 0 && length <= schema["maxLength"]?.integer ?? .max
            return isRight ? [] : ["\(place) has \(length) characters"]
        case ("integer", .number(let number)):
            let isRight = number >= schema["minimum"]?.integer ?? .min && number <= schema["maximum"]?.integer ?? .max
            return isRight ? [] : ["\(place) is \(number)"]
        case ("boolean", .bool), ("null", .null): return []
        case ("array", .array(let items)):
            return items.enumerated().flatMap { flaws(in: $1, schema["items"] ?? .null, "\(place)[\($0)]") }
        case ("object", .object(let members)): return flaws(in: members, schema, place)
        default: return ["\(place) is no \(type)"]
        }
    }

    private func flaws(in given: [(String, JSON)], _ schema: JSON, _ place: String) -> [String] {
        let missing = schema["required"]?.items.compactMap(\.text).filter { name in !given.contains { $0.0 == name } }
        return (missing ?? []).map { "\(place).\($0) is missing" }
            + given.flatMap { name, value in
                if let known = schema["properties"]?[name] { return flaws(in: value, known, "\(place).\(name)") }
                switch schema["additionalProperties"] {
                case .bool(false): return ["\(place).\(name) is not described"]
                case let other?: return flaws(in: value, other, "\(place).\(name)")
                case nil: return []
                }
            }
    }

    private func members(_ json: JSON?) -> [(String, JSON)] {
        if case .object(let members) = json { members } else { [] }
    }
}
