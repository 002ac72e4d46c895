/// A place in a .proto file; lines and columns count from 1.
public struct Position: Equatable, Sendable {
    public var file: String
    public var line: Int
    public var column: Int
}

/// What is wrong with a .proto file, in the form that editors and compilers use: `file:line:column: message`.
public struct SourceError: Error, Equatable, CustomStringConvertible {
    public var position: Position
    public var message: String

    public var description: String {
        "\(position.file):\(position.line):\(position.column): \(message)"
    }
}
