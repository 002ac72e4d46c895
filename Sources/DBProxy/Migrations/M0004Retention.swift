extension Migration {
    /// Old messages may be deleted without looking lost: what is kept has a known first one.
    static let retention = Migration(number: 4, name: "retention", worksFrom: 4, sql: """
        -- Those below it were deleted for their age; from it to last_msg_id all must be there.
        alter table conversation add column first_msg_id int not null default 1
        """)
}
