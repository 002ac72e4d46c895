/// From the texts of all .proto files to those of all files that are made of them; touches no disk.
public enum Generator {
    public struct File: Equatable, Sendable {
        public var name: String
        public var text: String

        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// One Swift file for each .proto file, in the same order.
    public static func generate(_ sources: [File]) throws(SourceError) -> [File] {
        let (parsed, resolver) = try parse(sources)
        var generated: [File] = []
        for file in parsed {
            let name = file.name.hasSuffix(".proto") ? String(file.name.dropLast(6)) : file.name
            generated.append(File(name: name + ".swift", text: try Emitter.emit(file, resolver)))
        }
        return generated
    }

    /// One JavaScript module for all that clients see.
    public static func generateScript(_ sources: [File]) throws(SourceError) -> File {
        let (parsed, resolver) = try parse(sources)
        return File(name: "messages.js", text: try ScriptEmitter.emit(parsed, resolver))
    }

    private static func parse(_ sources: [File]) throws(SourceError) -> ([ProtoFile], Resolver) {
        var parsed: [ProtoFile] = []
        for source in sources { parsed.append(try Parser.parse(source.text, file: source.name)) }
        return (parsed, try Resolver(parsed))
    }
}
