extension Migration {
    /// Accounts of programs, which have no password, and the tokens by which they are known.
    static let bots = Migration(number: 23, name: "bots", worksFrom: 4, sql: """
        alter table account add column is_bot boolean not null default false;
        -- Whatever version a node has: nobody gives a bot a password, so nobody logs in as one. Not valid, as no row of
        -- before is a bot's, and a large table would be read for nothing.
        alter table account add constraint account_bot_password check (not is_bot or password = '') not valid;

        -- Only digests: who reads this table cannot use what it holds.
        create table bot_token (
            user_id int not null references account (id) on delete cascade,
            name text not null check (name ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
            hash bytea not null unique check (length(hash) = 32),
            -- Of a webhook: all that it may do is to write to this group.
            group_id int,
            created_at timestamptz not null default now(),
            last_used_at timestamptz,
            -- The row stays, as the name stands in the audit.
            revoked_at timestamptz,
            primary key (user_id, name)
        );
        """)
}
