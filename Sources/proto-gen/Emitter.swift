/// Writes the Swift of one .proto file.
struct Emitter {
    private let file: ProtoFile
    private let resolver: Resolver

    static func emit(_ file: ProtoFile, _ resolver: Resolver) throws(SourceError) -> String {
        var output = SourceWriter()
        try Emitter(file: file, resolver: resolver).emitFile(&output)
        return output.text
    }

    private func emitFile(_ output: inout SourceWriter) throws(SourceError) {
        output.line("// Written by proto-gen from proto/\(file.name). Change that file, then: swift run proto-gen")
        output.comment(file.doc, "//")
        if !file.messages.isEmpty {
            output.line()
            output.line("public import Primitives")
            output.line("public import Protobuf")
        }
        for declaration in file.enums {
            output.line()
            try emit(declaration, &output)
        }
        for declaration in file.messages {
            output.line()
            var fields: [EmittedField] = []
            for field in declaration.fields {
                fields.append(try EmittedField(field, type: try resolver.type(of: field, in: file)))
            }
            try emit(declaration, fields, &output)
        }
    }

    private func emit(_ declaration: EnumDeclaration, _ output: inout SourceWriter) throws(SourceError) {
        output.comment(declaration.doc, "///")
        let names = SwiftNames.cases(declaration.values.map(\.name))
        let head = "public enum \(declaration.name): UInt32, CaseIterable, Sendable"
        try output.block(head) { output throws(SourceError) in
            for (value, name) in zip(declaration.values, names) {
                output.comment(value.doc, "///")
                output.line("case \(name) = \(value.numberText)")
            }
        }
    }

    private func emit(
        _ declaration: MessageDeclaration, _ fields: [EmittedField], _ output: inout SourceWriter
    ) throws(SourceError) {
        output.comment(declaration.doc, "///")
        try output.block("public struct \(declaration.name): ProtoMessage") { output throws(SourceError) in
            for field in fields {
                output.comment(field.doc, "///")
                output.line("public var \(field.name): \(field.swiftType)")
            }
            if !fields.isEmpty { output.line() }
            output.list("public init", fields.map(\.parameter), tail: fields.isEmpty ? " {}" : " {")
            if !fields.isEmpty {
                try output.indented { output throws(SourceError) in
                    for field in fields { output.line("self.\(field.name) = \(field.name)") }
                }
                output.line("}")
            }
            output.line()
            try emitReading(fields, &output)
            output.line()
            try emitWriting(fields, &output)
        }
    }

    private func emitReading(_ fields: [EmittedField], _ output: inout SourceWriter) throws(SourceError) {
        let head = "public init(reading reader: inout ProtoReader) throws(ProtoError)"
        try output.block(head) { output throws(SourceError) in
            for field in fields { output.line(field.beforeReading) }
            try output.block("while let tag = try reader.nextTag()") { output throws(SourceError) in
                if fields.isEmpty {
                    output.line("try reader.skip(tag)")
                    return
                }
                output.line("switch tag {")
                for line in fields.flatMap(\.reading) { output.line(line) }
                output.line("default: try reader.skip(tag)")
                output.line("}")
            }
            for line in fields.flatMap(\.afterReading) { output.line(line) }
        }
    }

    private func emitWriting(_ fields: [EmittedField], _ output: inout SourceWriter) throws(SourceError) {
        if fields.isEmpty {
            output.line("public var byteCount: Int { 0 }")
            output.line()
            output.line("public func write(into writer: inout ByteWriter) {}")
            return
        }
        try output.block("public var byteCount: Int") { output throws(SourceError) in
            output.line("var count = 0")
            for field in fields { output.line(field.counting) }
            output.line("return count")
        }
        output.line()
        try output.block("public func write(into writer: inout ByteWriter)") { output throws(SourceError) in
            for field in fields { output.line(field.writing) }
        }
    }
}
