/// What a field holds, once its type name is known to mean something.
enum FieldType: Equatable {
    case uint32
    case uint64
    case string
    case bytes
    case enumeration(String)
    case message(String)
}

/// Knows all types of all files, and checks what a parser of single files cannot.
struct Resolver {
    private var types: [String: Declared] = [:]
    private var names: Set<String> = []

    private struct Declared {
        var type: FieldType
        var file: String
    }

    init(_ files: [ProtoFile]) throws(SourceError) {
        for file in files {
            for declaration in file.enums {
                try Self.check(declaration)
                try declare(.enumeration(declaration.name), declaration.name, declaration.position, in: file)
            }
            for declaration in file.messages {
                try Self.check(declaration)
                try declare(.message(declaration.name), declaration.name, declaration.position, in: file)
            }
        }
        let fileNames = Set(files.map(\.name))
        for imported in files.flatMap(\.imports) where !fileNames.contains(imported.file) {
            throw SourceError(position: imported.position, message: "there is no file '\(imported.file)'")
        }
    }

    /// The type of a field of `file`.
    func type(of field: MessageDeclaration.Field, in file: ProtoFile) throws(SourceError) -> FieldType {
        func failure(_ message: String) -> SourceError {
            SourceError(position: field.typePosition, message: message)
        }
        switch field.type {
        case "uint32": return .uint32
        case "uint64": return .uint64
        case "string": return .string
        case "bytes": return .bytes
        case "double", "float", "int32", "int64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64",
            "bool":
            throw failure("'\(field.type)' is not supported by proto-gen: uint32, uint64, string and bytes are")
        default:
            guard let declared = types["\(file.package).\(field.type)"] ?? types[field.type] else {
                throw failure("there is no type '\(field.type)'")
            }
            guard declared.file == file.name || file.imports.contains(where: { $0.file == declared.file }) else {
                throw failure("'\(field.type)' is declared in '\(declared.file)', which is not imported")
            }
            return declared.type
        }
    }

    /// Swift has no packages inside a module, so a name may be used once in all files together.
    private mutating func declare(
        _ type: FieldType, _ name: String, _ position: Position, in file: ProtoFile
    ) throws(SourceError) {
        guard names.insert(name).inserted else {
            throw SourceError(position: position, message: "there is another type named '\(name)'")
        }
        types["\(file.package).\(name)"] = Declared(type: type, file: file.name)
    }

    private static func check(_ declaration: EnumDeclaration) throws(SourceError) {
        var numbers: Set<UInt32> = []
        for value in declaration.values where !numbers.insert(value.number).inserted {
            throw SourceError(position: value.position, message: "the value \(value.number) is used twice")
        }
        if declaration.values.isEmpty {
            throw SourceError(position: declaration.position, message: "an enum needs a value")
        }
    }

    private static func check(_ declaration: MessageDeclaration) throws(SourceError) {
        var numbers: Set<UInt32> = []
        var names: Set<String> = []
        for field in declaration.fields {
            guard field.number > 0, !(19_000...19_999).contains(field.number) else {
                throw SourceError(position: field.position, message: "\(field.number) is not a field number")
            }
            guard numbers.insert(field.number).inserted else {
                throw SourceError(position: field.position, message: "the field number \(field.number) is used twice")
            }
            guard names.insert(field.name).inserted else {
                throw SourceError(position: field.position, message: "the name '\(field.name)' is used twice")
            }
        }
    }
}
