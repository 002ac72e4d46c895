import Primitives

/// One line before it is written: what happened, and where and when.
struct LogLine {
    let time: UnixTime
    let level: LogLevel
    let origin: LogOrigin
    let event: StaticString
    let message: StaticString

    /// Names every line has already.
    private static let reserved = ["ts", "level", "node", "boot", "event", "msg"]

    /// Appends the line with its newline. `fields` are the logger's own and those of the call, in this order.
    func write(as format: LogFormat, fields: [LogField], to line: inout ByteWriter) {
        // Not preconditions: a misspelt event must not stop a node. Tests are debug builds and find it.
        assert(LogField.isSnakeCase(event), "event '\(event)' is not lower snake case")
        switch format {
        case .json: writeJSON(fields, to: &line)
        case .text: writeText(fields, to: &line)
        }
        line.append(UInt8(ascii: "\n"))
    }

    private func writeJSON(_ fields: [LogField], to line: inout ByteWriter) {
        line.append(utf8: "{\"ts\":\"\(time.rfc3339)\",\"level\":\"\(level.rawValue)\",\"node\":")
        JSONText.append(origin.node, to: &line)
        line.append(utf8: ",\"boot\":" as StaticString)
        JSONText.append(origin.boot, to: &line)
        line.append(utf8: ",\"event\":\"" as StaticString)
        line.append(utf8: event)
        line.append(utf8: "\",\"msg\":" as StaticString)
        JSONText.append(message.description, to: &line)
        for field in fields {
            assert(!Self.reserved.contains(field.name.description), "field '\(field.name)' is one every line has")
            line.append(utf8: ",\"" as StaticString)
            line.append(utf8: field.name)
            line.append(utf8: field.value.suffix)
            line.append(utf8: "\":" as StaticString)
            field.value.writeJSON(to: &line)
        }
        line.append(UInt8(ascii: "}"))
    }

    private func writeText(_ fields: [LogField], to line: inout ByteWriter) {
        let level = level.rawValue.uppercased()
        line.append(utf8: "\(time.rfc3339) \(level) ")
        if level.utf8.count < 5 { line.append(UInt8(ascii: " ")) }
        LogValue.string(origin.node).writeText(to: &line)
        line.append(UInt8(ascii: " "))
        line.append(utf8: event)
        line.append(utf8: ": " as StaticString)
        line.append(utf8: message)
        for field in fields {
            line.append(UInt8(ascii: " "))
            line.append(utf8: field.name)
            line.append(UInt8(ascii: "="))
            field.value.writeText(to: &line)
        }
    }
}
