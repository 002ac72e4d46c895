/// One step of the schema. Steps are only ever added: what has run somewhere is never edited.
///
/// A step may only add what the version before can live with (expand), and remove what no running version uses
/// (contract): nodes of two neighbouring versions work on one schema.
struct Migration: Sendable {
    let number: Int32
    let name: String
    let sql: String
    /// The lowest number a program must know to work with what this step leaves behind. The step before, as long as
    /// steps only add: then a node of the version before may still be started, during an upgrade or after a bad one.
    var worksFrom: Int32 { number - 1 }

    /// All of them, in order.
    static let all: [Migration] = [
        foundation, administration, announcements, retention, appendOne, deleteDepartment,
    ]
}
