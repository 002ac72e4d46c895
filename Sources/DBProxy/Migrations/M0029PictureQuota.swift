extension Migration {
    /// A user who sends many pictures at once does not pass his quota by those that were begun while there was room:
    /// what is stored is counted against it in the same step. Nodes of the version before store as they did.
    static let pictureQuota = Migration(
        number: 29, name: "picture quota", worksFrom: 4,
        sql: """
            -- Null: there was no room for it, and nothing is stored.
            create function store_blob_within(
                blob_digest bytea, blob_size bigint, blob_type smallint, in_stores int[], wanted_copies smallint,
                uploader int, upload_kind smallint, life interval, quota bigint)
            returns smallint language plpgsql as $$
            declare
                counted smallint;
                used bigint;
            begin
                counted := store_blob(
                    blob_digest, blob_size, blob_type, in_stores, wanted_copies, uploader, upload_kind, life);
                -- Who stores for the same user at the same time waited for this row, and reads it as it is now.
                select bytes into used from blob_usage where user_id = uploader and kind = upload_kind;
                if used > quota then raise sqlstate 'GV001'; end if;
                return counted;
            exception when sqlstate 'GV001' then
                -- All that was done since `begin` is undone.
                return null;
            end $$;
            """)
}
