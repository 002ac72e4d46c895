extension Migration {
    /// `record_logins` as before, in half the time: what is asked of every login is asked of all at once, and addresses
    /// are written only when one of them is new.
    static let quickLogins = Migration(
        number: 12, name: "record logins", worksFrom: 4, sql: recordSitesFunction + recordLoginsFunction)

    /// The addresses of those who have an epoch are remembered, the last 16 of each user.
    private static let recordSitesFunction = """

        create function record_sites(users int[], sites bytea[], epochs bigint[]) returns void language sql as $$
            with seen as (
                insert into login_site as s (user_id, site)
                select distinct users[i], sites[i] from generate_subscripts(users, 1) i
                where epochs[i] is not null and not exists (
                    select from login_site x
                    where x.user_id = users[i] and x.site = sites[i] and x.seen_at > now() - interval '1 hour')
                order by 1, 2
                on conflict (user_id, site) do update set seen_at = now()
                returning s.user_id
            )
            delete from login_site s using (
                select x.user_id, x.site, row_number() over (partition by x.user_id order by x.seen_at desc) as rank
                from login_site x where x.user_id in (select user_id from seen)) r
            where s.user_id = r.user_id and s.site = r.site and r.rank > 16
        $$;
        """

    /// The epoch is null for those whose account has another version than they were judged by, or who have left.
    private static let recordLoginsFunction = """

        create or replace function record_logins(
            users int[], client_types smallint[], token_hashes bytea[], token_days int, versions int[], sites bytea[])
        returns table (place int, epoch bigint) language plpgsql as $$
        declare
            epochs bigint[] := array_fill(null::bigint, array[cardinality(users)]);
            newcomers int[];
            known int[];
            stale int[];
            is_site_new boolean;
        begin
            -- The first login of a class has no row yet that a change of the account could wait for.
            select array_agg(i.id) into newcomers from unnest(users, client_types) i (id, type)
            where not exists (select from login l where l.user_id = i.id and l.class = i.type >> 4);
            if newcomers is not null then
                known := array(select a.id from account a where a.id = any (newcomers) order by a.id for share);
            end if;

            -- In the order of the keys, new rows among old ones, so that two batches cannot wait for each other.
            for place in
                select i from generate_subscripts(users, 1) i
                where newcomers is null or users[i] <> all (newcomers) or users[i] = any (known)
                order by users[i], client_types[i] >> 4, i
            loop
                insert into login as l (user_id, class, epoch, client_type, token_hash, token_expires_at)
                values (
                    users[place], client_types[place] >> 4, 1, client_types[place], token_hashes[place],
                    now() + make_interval(days => token_days))
                on conflict (user_id, class) do update
                set epoch = l.epoch + 1, client_type = excluded.client_type, logged_in_at = now(),
                    token_hash = excluded.token_hash, token_expires_at = excluded.token_expires_at
                returning l.epoch into epoch;
                epochs[place] := epoch;
            end loop;

            select array_agg(i) filter (where a.id is null), bool_or(a.id is not null and s.user_id is null)
            into stale, is_site_new
            from generate_subscripts(users, 1) i
            left join account a on a.id = users[i] and a.credential_version = versions[i] and a.status <> 3
            left join login_site s
                on s.user_id = users[i] and s.site = sites[i] and s.seen_at > now() - interval '1 hour';
            if stale is not null then
                update login l set token_hash = null, token_expires_at = null
                from unnest(stale) i where l.user_id = users[i] and l.class = client_types[i] >> 4;
                foreach place in array stale loop epochs[place] := null; end loop;
            end if;
            if is_site_new then perform record_sites(users, sites, epochs); end if;

            return query select i, epochs[i] from generate_subscripts(users, 1) i;
        end $$;
        """
}
