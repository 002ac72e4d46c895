/// Everything that is wrong with a configuration: who mends one mistake wants to know of the others.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    public let problems: [SettingProblem]

    /// One line per problem.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

/// One mistake in a configuration. Values of secrets are never part of it.
public enum SettingProblem: Equatable, Sendable {
    /// A line of the file is not `name = value`.
    case badLine(SettingSource)
    /// A quoted value does not end, goes on after its closing quote, or has an unknown escape.
    case badQuotes(SettingSource)
    /// `name` is spelt as its source spells names, and so is `nearest`.
    case unknownName(String, SettingSource, nearest: String?)
    /// Two lines of the file, or the value and the file form of a secret in one layer.
    case givenTwice(String, SettingSource, earlier: SettingSource)
    /// `text` is `nil` for a secret.
    case badValue(String, SettingSource, text: String?, reason: String)
    case unreadableSecret(String, SettingSource, path: String, reason: String)
    /// A flag is the last argument.
    case missingValue(flag: String)
    case unexpectedArgument(String)
    /// A setting without a default was not given.
    case missing(String)
}

extension SettingProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .badLine(let source): "\(source): expected 'name = value'"
        case .badQuotes(let source): "\(source): the quotes of the value are wrong"
        case .unknownName(let name, let source, let nearest):
            Self.place(source) + "unknown setting '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .givenTwice(let name, let source, let earlier):
            "\(source): '\(name)' is already given by \(earlier)"
        case .badValue(let name, let source, let text, let reason):
            "\(source): '\(name)' " + (text.map { "= '\($0)': " } ?? "(a secret): ") + reason
        case .unreadableSecret(let name, let source, let path, let reason):
            "\(source): cannot read '\(name)' from '\(path)': \(reason)"
        case .missingValue(let flag): "\(flag): a value must follow"
        case .unexpectedArgument(let argument): "unexpected argument '\(argument)'"
        case .missing(let name):
            "'\(name)' must be given, in the file or by \(SettingName.environment(name)) or \(SettingName.flag(name))"
        }
    }

    /// Variables and flags are their own place.
    private static func place(_ source: SettingSource) -> String {
        switch source {
        case .file: "\(source): "
        case .standard, .environment, .flag: ""
        }
    }
}
