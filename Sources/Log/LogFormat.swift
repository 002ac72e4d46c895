/// How lines look. The raw values are the names in configuration.
public enum LogFormat: String, CaseIterable, Sendable {
    /// One JSON object per line.
    case json
    /// `time LEVEL node event: message name=value`, for people.
    case text
}
