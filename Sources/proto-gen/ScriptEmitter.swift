/// Writes the messages that clients see as one JavaScript module: tables for `protobuf.js`, which reads and writes by
/// them. A number beside each name is that of the field, then come the type and what the field is.
enum ScriptEmitter {
    /// What no client sends or reads.
    private static let leftOut: Set = ["IM.Server.proto"]

    static func emit(_ files: [ProtoFile], _ resolver: Resolver) throws(SourceError) -> String {
        var output = SourceWriter(step: 2)
        output.line("// Written by proto-gen from the folder proto. Change a file there, then: swift run proto-gen")
        let files = files.filter { !leftOut.contains($0.name) }
        for declaration in files.flatMap(\.enums) {
            let names = SwiftNames.cases(declaration.values.map(\.name)).map(plain)
            output.line()
            output.line("export const \(declaration.name) = Object.freeze({")
            output.indented { output in
                for (value, name) in zip(declaration.values, names) { output.line("\(name): \(value.numberText),") }
            }
            output.line("});")
        }
        for file in files {
            for declaration in file.messages {
                var lines: [String] = []
                for field in declaration.fields {
                    let type = type(try resolver.type(of: field, in: file))
                    let name = plain(SwiftNames.property(field.name))
                    lines.append("\(name): [\(field.number), \(type), '\(field.label.rawValue)'],")
                }
                output.line()
                guard !lines.isEmpty else {
                    output.line("export const \(declaration.name) = {};")
                    continue
                }
                output.line("export const \(declaration.name) = {")
                output.indented { output in
                    for line in lines { output.line(line) }
                }
                output.line("};")
            }
        }
        return output.text
    }

    private static func type(_ type: FieldType) -> String {
        switch type {
        case .uint32, .enumeration: "'number'"
        case .uint64: "'long'"
        case .string: "'text'"
        case .bytes: "'bytes'"
        // A message may name one that comes behind it.
        case .message(let name): "() => \(name)"
        }
    }

    /// Names of properties may be any word in JavaScript.
    private static func plain(_ name: String) -> String { name.filter { $0 != "`" } }
}
