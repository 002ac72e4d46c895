/// The targets of `Package.swift`, read as text: the test must not depend on how SwiftPM describes itself.
struct Manifest: Sendable {
    enum Kind: String, Sendable {
        case system = ".systemLibrary"
        case module
        case program = ".executableTarget"
        case benchmark
        case kit
        case tests
    }

    struct Target: Equatable, Sendable {
        let kind: Kind
        let name: String
        let dependencies: [String]
        let line: Int
        /// The folder, if it is not named by the rule of its kind.
        let path: String?

        /// Part of the product: it stands in `Sources`.
        var isSource: Bool { (kind == .module || kind == .program) && path == nil }

        func owns(_ file: SourceFile) -> Bool {
            let folder =
                switch kind {
                case .system, .module, .program: path ?? "Sources/\(name)"
                case .benchmark, .kit, .tests: path ?? "Tests/\(name)"
                }
            return file.path.hasPrefix(folder + "/")
        }
    }

    /// In their order.
    let targets: [Target]

    init(_ lines: [Substring]) {
        let text = lines.joined(separator: "\n")
        // The functions of the same names end above the list.
        guard let list = text.firstRange(of: "let package") else {
            targets = []
            return
        }
        let call = #/(?m)^ *(\.systemLibrary|module|\.executableTarget|benchmark|kit|tests)\(/#
        targets = text[list.upperBound...].matches(of: call).compactMap { match in
            guard let kind = Kind(rawValue: String(match.1)) else { return nil }
            let line = text[..<match.1.startIndex].count { $0 == "\n" } + 1
            return Self.target(kind, arguments: Self.balanced(text[match.range.upperBound...]), line: line)
        }
    }

    /// The text up to the parenthesis that closes the one before it.
    private static func balanced(_ text: Substring) -> Substring {
        var depth = 1
        let end = text.firstIndex { character in
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            return depth == 0
        }
        return text[..<(end ?? text.endIndex)]
    }

    private static func target(_ kind: Kind, arguments: Substring, line: Int) -> Target? {
        guard let name = strings(in: arguments).first else { return nil }
        let list = arguments.firstMatch(of: #/(?:uses|dependencies): \[([^\]]*)\]/#)
        let named = arguments.firstMatch(of: #/path: "([^"]*)"/#).map { String($0.1) }
        let path = kind == .benchmark ? strings(in: arguments).dropFirst().first : named
        let dependencies = list.map { strings(in: $0.1) } ?? []
        return Target(kind: kind, name: name, dependencies: dependencies, line: line, path: path)
    }

    private static func strings(in text: Substring) -> [String] {
        text.matches(of: #/"([^"]*)"/#).map { String($0.1) }
    }
}
