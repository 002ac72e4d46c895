extension Migration {
    /// Who has called whom, when, and what became of it.
    static let callLog = Migration(
        number: 24, name: "call log", worksFrom: 4,
        sql: """
            create table call_record (
                id bigint generated always as identity primary key,
                -- Given by the node of the caller, so that a call which is written twice is one row.
                name bytea not null unique check (length(name) = 16),
                caller int not null,
                callee int not null,
                is_video boolean not null,
                -- The life of the node that the call belongs to.
                node int not null,
                epoch bigint not null,
                began_at timestamptz not null,
                answered_at timestamptz,
                ended_at timestamptz,
                -- As CallRow.Outcome has them; null: under way.
                outcome smallint,
                check ((ended_at is null) = (outcome is null))
            );
            create index call_record_caller on call_record (caller, id desc);
            create index call_record_callee on call_record (callee, id desc);
            create index call_record_began on call_record (began_at);
            -- Few at a time: looked through again and again for those whose node is gone.
            create index call_record_open on call_record (node, epoch) where ended_at is null;
            """)
}
