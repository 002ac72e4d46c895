/// One parameterised SQL statement. Each connection prepares it when it first needs it.
///
/// Parameters are typed by casts in the text (`$1::bigint[]`) and travel in binary, as do the results. There is no way
/// to put a value into the text.
struct Statement: Sendable {
    let name: StaticString
    let sql: StaticString

    init(_ name: StaticString, _ sql: StaticString) {
        self.name = name
        self.sql = sql
    }
}
