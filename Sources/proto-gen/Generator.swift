/// From the texts of all .proto files to the texts of all Swift files; touches no disk.
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
        var parsed: [ProtoFile] = []
        for source in sources { parsed.append(try Parser.parse(source.text, file: source.name)) }
        let resolver = try Resolver(parsed)
        var generated: [File] = []
        for file in parsed {
            let name = file.name.hasSuffix(".proto") ? String(file.name.dropLast(6)) : file.name
            generated.append(File(name: name + ".swift", text: try Emitter.emit(file, resolver)))
        }
        return generated
    }
}
