extension RawSpan {
    /// The bytes as text, or `nil` if they are not UTF-8: nothing is repaired, since a repaired name is another name.
    func validatedString() -> String? {
        guard let text = try? UTF8Span(validating: Span<UInt8>(_bytes: self)) else { return nil }
        return String(copying: text)
    }
}
