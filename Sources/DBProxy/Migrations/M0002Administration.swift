extension Migration {
    /// Who may use the administration API, what was changed through it, and what it answered.
    static let administration = Migration(number: 2, name: "administration", worksFrom: 2, sql: """
        -- Only digests: who reads this table cannot use what it holds.
        create table admin_token (
            name text primary key check (name ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
            hash bytea not null unique check (length(hash) = 32),
            scopes text[] not null,
            created_at timestamptz not null default now(),
            last_used_on date,
            -- The row stays, as the name stands in the audit.
            revoked_at timestamptz
        );

        -- Written before a change is made; without an outcome its end is not known.
        create table admin_audit (
            id bigint generated always as identity primary key,
            at timestamptz not null default clock_timestamp(),
            token text not null,
            method text not null,
            path text not null,
            request text not null,
            outcome smallint,
            request_id text not null
        );
        create index admin_audit_token on admin_audit (token, id);

        -- What was answered under an Idempotency-Key; without a status the request is under way.
        create table admin_answer (
            token text not null,
            key text not null,
            -- Of the request, keyed.
            digest bytea not null,
            audit_id bigint unique,
            status smallint,
            answer bytea,
            created_at timestamptz not null default clock_timestamp(),
            primary key (token, key)
        );
        create index admin_answer_age on admin_answer (created_at);
        """ + openWriteFunction + dissolveGroupFunction)

    /// Notes a write. Verdicts: 0 go on, 1 it was done before, 2 the key belongs to another request, 3 the first
    /// request of the key has no answer yet.
    ///
    /// Keys are forgotten after a day, and the oldest ones when there are more than ten thousand.
    private static let openWriteFunction = """

        create function open_write(
            by_token text, by_method text, on_path text, what text, under_id text, under_key text, request_digest bytea,
            out verdict smallint, out note bigint, out old_status smallint, out old_answer bytea
        ) language plpgsql as $$
        declare
            known admin_answer;
        begin
            if under_key is not null then
                delete from admin_answer where created_at < now() - interval '24 hours';
                insert into admin_answer (token, key, digest) values (by_token, under_key, request_digest)
                on conflict do nothing;
                if not found then
                    select * into known from admin_answer where token = by_token and key = under_key;
                    old_status := known.status;
                    old_answer := known.answer;
                    verdict := case
                        when known.digest is distinct from request_digest then 2
                        when known.status is null then 3
                        else 1 end;
                    return;
                end if;
                delete from admin_answer where (token, key) in (
                    select token, key from admin_answer order by created_at desc offset 10000);
            end if;
            insert into admin_audit (token, method, path, request, request_id)
            values (by_token, by_method, on_path, what, under_id) returning id into note;
            update admin_answer set audit_id = note where token = by_token and key = under_key;
            verdict := 0;
        end $$;
        """

    /// Ends a group: everybody leaves it after its last message, as in `change_members`, and nobody can write to it.
    /// Returns who was in it, NULL if there is no such group.
    private static let dissolveGroupFunction = """

        create function dissolve_group(group_id int) returns int[] language plpgsql as $$
        declare
            head int;
            gone int[];
        begin
            select last_msg_id into head from conversation where id = group_id for no key update;
            update chat_group set version = version + 1, updated_at = extract(epoch from clock_timestamp())::bigint,
                deleted = true
            where id = group_id and not deleted;
            if not found then return null; end if;
            with m as (
                update member set left_at_id = head where conversation_id = group_id and left_at_id is null
                returning user_id
            )
            select coalesce(array_agg(user_id order by user_id), '{}') into gone from m;
            return gone;
        end $$;
        """
}
