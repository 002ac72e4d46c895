/// The version of the tables, and how this program stands to it.
public struct SchemaVersion: Sendable {
    static let none = SchemaVersion(number: 0, worksFrom: 0)

    public let number: Int32
    /// What a program must know of it.
    let worksFrom: Int32

    private init(number: Int32, worksFrom: Int32) {
        self.number = number
        self.worksFrom = worksFrom
    }

    /// Of a database that was migrated before.
    init(_ session: BlockingSession) throws(Migrator.Failure) {
        number = try session.number("select coalesce(max(number), 0) from schema_migration")
        // As JSON: older versions of the table have no such column.
        worksFrom = try session.number(
            """
            select coalesce(max(coalesce((to_jsonb(m) ->> 'works_from')::int, number)), 0) from schema_migration m
            """)
    }

    /// Steps are missing that this program needs.
    public var isTooOld: Bool { number < Migrator.latest }

    /// A newer program has changed what this one relies on.
    public var isTooNew: Bool { worksFrom > Migrator.latest }
}
