/// One parameterised SQL statement. Each connection prepares it when it first needs it.
///
/// Statements are constants. Parameters are typed by casts in the text (`$1::bigint[]`) and travel beside it, in
/// binary: nothing that a client says ever becomes part of the text.
struct Statement: Sendable {
    let name: String
    let sql: String

    init(_ name: String, _ sql: String) {
        self.name = name
        self.sql = sql
    }
}
