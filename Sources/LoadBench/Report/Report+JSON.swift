import Primitives

extension Report {
    /// One object, its members called as the properties are and sorted by that; what is not there is left out.
    public var json: String { Self.text(of: self) ?? "" }

    private static func text(of value: Any) -> String? {
        switch value {
        case let verdict as Verdict: return text(of: verdict.rawValue)
        case let text as String: return String(decoding: JSON.string(text).bytes, as: UTF8.self)
        case let truth as Bool: return "\(truth)"
        case let number as any BinaryInteger: return "\(number)"
        case let number as Double: return number.isFinite ? "\(number)" : "null"
        default: break
        }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.flatMap { text(of: $0.value) }
        case .collection: return "[" + mirror.children.compactMap { text(of: $0.value) }.joined(separator: ",") + "]"
        default:
            let members = mirror.children.sorted { ($0.label ?? "") < ($1.label ?? "") }.compactMap { name, value in
                text(of: value).map { "\"\(name ?? "")\":\($0)" }
            }
            return "{" + members.joined(separator: ",") + "}"
        }
    }
}
