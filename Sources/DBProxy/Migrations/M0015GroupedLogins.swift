extension Migration {
    /// `record_logins` with less for PostgreSQL to begin and end: statements inside a function cost more by their
    /// number than by their rows. The caller gives each user and class once, in order, with how many logins that is,
    /// and names those who may have no row yet, as he read it with the password.
    static let groupedLogins = Migration(number: 15, name: "grouped logins", worksFrom: 4, sql: """

        create or replace function record_logins(
            users int[], client_types smallint[], counts int[], token_hashes bytea[], token_days int, versions int[],
            newcomers int[], sites bytea[])
        returns bigint[] language plpgsql as $$
        declare
            epochs bigint[];
            stale int[];
        begin
            -- The first login of a class has no row yet that a change of the account could wait for.
            if newcomers <> '{}' then
                perform from account a where a.id = any (newcomers) order by a.id for share;
            end if;

            with raised as (
                insert into login as l (user_id, class, epoch, client_type, token_hash, token_expires_at)
                select i.id, i.type >> 4, i.count, i.type, i.hash, now() + make_interval(days => token_days)
                from unnest(users, client_types, counts, token_hashes) i (id, type, count, hash)
                on conflict (user_id, class) do update
                set epoch = l.epoch + excluded.epoch, client_type = excluded.client_type, logged_in_at = now(),
                    token_hash = excluded.token_hash, token_expires_at = excluded.token_expires_at
                returning l.user_id, l.class, l.epoch)
            select array_agg(r.epoch order by r.user_id, r.class) into epochs from raised r;

            -- What was committed meanwhile is seen only by a statement that begins now.
            select array_agg(i.place) into stale
            from unnest(users, versions) with ordinality i (id, version, place)
            where not exists (
                select from account a
                where a.id = i.id and a.credential_version = i.version and a.status <> 3);
            if stale is not null then
                update login l set token_hash = null, token_expires_at = null
                from unnest(stale) i where l.user_id = users[i] and l.class = client_types[i] >> 4;
                for i in 1..cardinality(stale) loop epochs[stale[i]] := null; end loop;
            end if;
            if sites <> '{}' then perform record_sites(users, sites, epochs); end if;
            return epochs;
        end $$;
        """)
}
