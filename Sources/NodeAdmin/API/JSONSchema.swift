/// What a JSON value may be. One description checks requests and is printed in `openapi.json`: the two cannot differ.
public indirect enum JSONSchema: Sendable {
    case bool
    case integer(ClosedRange<Int>)
    case text(TextRule)
    /// One of these words.
    case choice([String])
    case array(of: JSONSchema, lengths: ClosedRange<Int>)
    /// Exactly these members; those that are not required may be missing.
    case object([Member])
    /// Members of any name.
    case table(of: JSONSchema)
    case nullable(JSONSchema)
    case anything

    /// A member of an object.
    public struct Member: Sendable {
        public let name: String
        public let schema: JSONSchema
        public var isRequired = true
        /// Never written down.
        public var isSecret = false
        public var note: String?

        public init(_ name: String, _ schema: JSONSchema, _ note: String? = nil) {
            self.name = name
            self.schema = schema
            self.note = note
        }

        public var optional: Member {
            var member = self
            member.isRequired = false
            return member
        }

        public var secret: Member {
            var member = self
            member.isSecret = true
            return member
        }
    }

    /// Which texts are taken.
    public struct TextRule: Sendable {
        /// Unicode code points, as JSON Schema counts them.
        public let lengths: ClosedRange<Int>
        /// The rest for programs, as a regular expression; it may allow more than `formFlaw`.
        public let pattern: String?
        /// Completes "`place` …", of a text of the right length; `nil`: nothing is wrong with it.
        let formFlaw: @Sendable (String) -> String?

        init(lengths: ClosedRange<Int>, pattern: String?, flaw: @escaping @Sendable (String) -> String?) {
            self.lengths = lengths
            self.pattern = pattern
            formFlaw = flaw
        }

        /// - Parameter meaning: completes "must …".
        init(
            lengths: ClosedRange<Int>, meaning: String?, pattern: String?,
            holds: @escaping @Sendable (String) -> Bool
        ) {
            self.init(lengths: lengths, pattern: pattern) { text in
                holds(text) ? nil : "must \(meaning ?? "have another form")"
            }
        }
    }

    // MARK: What is used often

    public static let count = JSONSchema.integer(0...Int.max)
    public static let whole = JSONSchema.integer(Int.min...Int.max)
    /// Ids of users, groups and departments.
    public static let id = JSONSchema.integer(1...Int(Int32.max))
    /// In answers: any text at all.
    public static let string = JSONSchema.text(
        TextRule(lengths: 0...Int.max, meaning: nil, pattern: nil, holds: { _ in true }))

    /// Text without control characters, among them NUL, which PostgreSQL cannot hold.
    public static func plain(_ lengths: ClosedRange<Int>) -> JSONSchema {
        .text(
            TextRule(
                lengths: lengths, meaning: "have no control characters",
                pattern: #"^[^\x00-\x1f\x7f]*$"#, holds: { !$0.utf8.contains { $0 < 0x20 || $0 == 0x7f } }))
    }

    /// A page of a list.
    public static func page(of item: JSONSchema) -> JSONSchema {
        .object([
            Member("items", .array(of: item, lengths: 0...Int.max)),
            Member("next_cursor", .nullable(.string), "give it as `cursor` for what follows; null at the end"),
        ])
    }

    public static func list(of item: JSONSchema) -> JSONSchema { .array(of: item, lengths: 0...Int.max) }
}
