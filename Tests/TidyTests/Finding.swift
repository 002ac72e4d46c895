/// One complaint: where, and what to do about it.
struct Finding: Equatable, CustomStringConvertible {
    let path: String
    /// From 1.
    let line: Int
    let advice: String

    var description: String { "\(path):\(line): \(advice)" }
}
