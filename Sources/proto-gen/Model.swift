/// A parsed .proto file.
struct ProtoFile {
    var name: String
    var doc: [String]
    var package: String
    var imports: [Import]
    var enums: [EnumDeclaration] = []
    var messages: [MessageDeclaration] = []

    struct Import {
        var file: String
        var position: Position
    }
}

struct EnumDeclaration {
    var name: String
    var doc: [String]
    var position: Position
    var values: [Value] = []

    struct Value {
        var name: String
        var doc: [String]
        var position: Position
        var number: UInt32
        /// In the base it was written in.
        var numberText: String
    }
}

struct MessageDeclaration {
    var name: String
    var doc: [String]
    var position: Position
    var fields: [Field] = []

    struct Field {
        var name: String
        var doc: [String]
        var position: Position
        var label: Label
        var type: String
        var typePosition: Position
        var number: UInt32
    }

    enum Label: String {
        case required
        case optional
        case repeated
    }
}
