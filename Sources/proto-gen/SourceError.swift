/// A place in a .proto file; lines and columns count from 1.
package struct Position: Equatable, Sendable {
    package var file: String
    package var line: Int
    package var column: Int
}

/// What is wrong with a .proto file, in the form that editors and compilers use: `file:line:column: message`.
package struct SourceError: Error, Equatable, CustomStringConvertible {
    package var position: Position
    package var message: String

    package var description: String {
        "\(position.file):\(position.line):\(position.column): \(message)"
    }
}
