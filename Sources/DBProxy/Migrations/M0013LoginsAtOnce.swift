extension Migration {
    /// `record_logins` as before, all logins of a batch in one statement. An address is given only if it has to be
    /// written: whoever looked a login up knows whether it was seen within the hour.
    static let loginsAtOnce = Migration(
        number: 13, name: "logins at once", worksFrom: 4, sql: recordSitesFunction + recordLoginsFunction)

    /// The addresses of those who have an epoch are remembered, the last 16 of each user.
    private static let recordSitesFunction = """

        create or replace function record_sites(users int[], sites bytea[], epochs bigint[])
        returns void language sql as $$
            with seen as (
                insert into login_site as s (user_id, site)
                select distinct users[i], sites[i] from generate_subscripts(users, 1) i
                where epochs[i] is not null and sites[i] is not null and not exists (
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
            round record;
        begin
            -- The first login of a class has no row yet that a change of the account could wait for.
            select array_agg(i.id) into newcomers from unnest(users, client_types) i (id, type)
            where not exists (select from login l where l.user_id = i.id and l.class = i.type >> 4);
            if newcomers is not null then
                known := array(select a.id from account a where a.id = any (newcomers) order by a.id for share);
            end if;

            -- All at once, in the order of the keys, new rows among old ones, so that two batches cannot wait for each
            -- other. Who stands in the batch twice has a second round.
            for round in
                select array_agg(r.i order by r.id, r.class) as places, array_agg(r.id order by r.id, r.class) as ids,
                    array_agg(r.class order by r.id, r.class) as classes
                from (
                    select i.i::int, i.id, (i.type >> 4)::smallint as class,
                        row_number() over (partition by i.id, i.type >> 4 order by i.i) as turn
                    from unnest(users, client_types) with ordinality i (id, type, i)
                    where newcomers is null or i.id <> all (newcomers) or i.id = any (known)) r
                group by r.turn order by r.turn
            loop
                with raised as (
                    insert into login as l (user_id, class, epoch, client_type, token_hash, token_expires_at)
                    select p.id, p.class, 1, client_types[p.i], token_hashes[p.i],
                        now() + make_interval(days => token_days)
                    from unnest(round.places, round.ids, round.classes) p (i, id, class)
                    on conflict (user_id, class) do update
                    set epoch = l.epoch + 1, client_type = excluded.client_type, logged_in_at = now(),
                        token_hash = excluded.token_hash, token_expires_at = excluded.token_expires_at
                    returning l.user_id, l.class, l.epoch)
                select array_agg(coalesce(r.epoch, epochs[i]) order by i) into epochs
                from generate_subscripts(users, 1) i
                left join raised r on i = any (round.places)
                    and r.user_id = users[i] and r.class = client_types[i] >> 4;
            end loop;

            select array_agg(i) filter (where a.id is null) into stale
            from generate_subscripts(users, 1) i
            left join account a on a.id = users[i] and a.credential_version = versions[i] and a.status <> 3;
            if stale is not null then
                update login l set token_hash = null, token_expires_at = null
                from unnest(stale) i where l.user_id = users[i] and l.class = client_types[i] >> 4;
                foreach place in array stale loop epochs[place] := null; end loop;
            end if;
            if num_nonnulls(variadic sites) > 0 then perform record_sites(users, sites, epochs); end if;

            return query select i, epochs[i] from generate_subscripts(users, 1) i;
        end $$;
        """
}
