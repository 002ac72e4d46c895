/// What a verb sees of the world outside; tests put their own in its place.
struct Console {
    var environment: [String: String] = [:]
    /// A line that is replaced by the next one; nothing where nobody watches.
    var showProgress: (String) -> Void = { _ in }
    /// What a verb shows before it is done.
    var show: (String) -> Void = { _ in }
    /// It is shown on a screen, which can be cleared.
    var isScreen = false
    /// Lets time pass.
    var wait: (Duration) -> Void = { _ in }
    /// The first line of standard input, `nil` at its end.
    var readLine: () -> String? = { nil }
    /// Asks for a secret; `nil` where nobody can answer.
    var ask: (String) -> String? = { _ in nil }
}
