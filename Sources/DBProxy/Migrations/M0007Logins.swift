extension Migration {
    /// Wrong secrets by where they came from, and what a change of an account ends.
    ///
    /// Nodes of the version before go on: they note failures without a site, and record logins by the old function,
    /// which does not compare what they judged by.
    static let logins = Migration(number: 7, name: "logins", worksFrom: 4, sql: """
        alter table login_failure
            add column site bytea,
            -- Names the secret; keyed, so that nobody can tell it from here.
            add column digest bytea,
            -- Of the credentials it was compared with: with another password it may be right.
            add column credential_version int,
            -- It was a guess.
            add column counts boolean not null default true,
            add column own_site boolean not null default false;

        -- Where a user has logged in from.
        create table login_site (
            user_id int not null references account (id) on delete cascade,
            site bytea not null,
            seen_at timestamptz not null default now(),
            primary key (user_id, site)
        );

        alter table account add column former_password text;

        -- Sessions up to these login epochs are void. One row per user: the epochs only grow.
        create table session_end (
            user_id int primary key,
            pc_epoch bigint not null,
            mobile_epoch bigint not null,
            ended_at timestamptz not null,
            transaction xid8 not null
        );
        create index session_end_transaction on session_end (transaction);
        create index session_end_age on session_end (ended_at);

        create index chat_group_creator on chat_group (creator_id) where not deleted;
        """ + changeOfPassword + endOfSessions + recordLogins)

    private static let changeOfPassword = """

        create function password_changes() returns trigger language plpgsql as $$
        begin
            new.former_password := old.password;
            new.credential_version := greatest(new.credential_version, old.credential_version + 1);
            return new;
        end $$;
        create trigger password_changes before update of password on account for each row
            when (new.password is distinct from old.password) execute function password_changes();
        """

    /// The rows of `login` are locked before their epochs are read: a login that is being recorded is either seen
    /// here, or sees the change (`record_logins`).
    private static let endOfSessions = """

        create function end_sessions() returns trigger language plpgsql as $$
        declare
            pc bigint := 9223372036854775807;
            mobile bigint := 9223372036854775807;
        begin
            if tg_op = 'UPDATE' then
                update login set token_hash = null, token_expires_at = null where user_id = old.id;
                select coalesce(max(epoch) filter (where class = 0), 0),
                    coalesce(max(epoch) filter (where class = 1), 0)
                into pc, mobile from login where user_id = old.id;
            end if;
            insert into session_end as e (user_id, pc_epoch, mobile_epoch, ended_at, transaction)
            values (old.id, pc, mobile, clock_timestamp(), pg_current_xact_id())
            on conflict (user_id) do update set pc_epoch = greatest(e.pc_epoch, excluded.pc_epoch),
                mobile_epoch = greatest(e.mobile_epoch, excluded.mobile_epoch), ended_at = excluded.ended_at,
                transaction = excluded.transaction;
            return null;
        end $$;
        create trigger account_changes after update of password, status on account for each row
            when (new.password is distinct from old.password or (new.status = 3 and old.status <> 3))
            execute function end_sessions();
        create trigger account_goes after delete on account for each row execute function end_sessions();
        """

    /// As before, and: the epoch is null for those whose account has another version than they were judged by, or who
    /// have left; and the addresses are remembered, the last 16 of each user.
    private static let recordLogins = """

        create function record_logins(
            users int[], client_types smallint[], token_hashes bytea[], token_days int, versions int[], sites bytea[])
        returns table (place int, epoch bigint) language plpgsql as $$
        declare
            epochs bigint[] := array_fill(null::bigint, array[cardinality(users)]);
            stale int[];
        begin
            -- The first login of a class has no row yet that a change of the account could wait for.
            perform from account a where a.id in (
                select i.id from unnest(users, client_types) i (id, type)
                where not exists (select from login l where l.user_id = i.id and l.class = i.type >> 4))
            order by a.id for share;

            -- In the order of the keys, new rows among old ones, so that two batches cannot wait for each other.
            for place in select i from generate_subscripts(users, 1) i order by users[i], client_types[i] >> 4, i loop
                insert into login as l (user_id, class, epoch, client_type, token_hash, token_expires_at)
                select users[place], client_types[place] >> 4, 1, client_types[place], token_hashes[place],
                    now() + make_interval(days => token_days)
                where exists (select from account where id = users[place])
                on conflict (user_id, class) do update
                set epoch = l.epoch + 1, client_type = excluded.client_type, logged_in_at = now(),
                    token_hash = excluded.token_hash, token_expires_at = excluded.token_expires_at
                returning l.epoch into epoch;
                if found then epochs[place] := epoch; end if;
            end loop;

            select array_agg(i) into stale from generate_subscripts(users, 1) i
            where not exists (
                select from account a
                where a.id = users[i] and a.credential_version = versions[i] and a.status <> 3);
            if stale is not null then
                update login l set token_hash = null, token_expires_at = null
                from unnest(stale) i where l.user_id = users[i] and l.class = client_types[i] >> 4;
            end if;

            with seen as (
                insert into login_site as s (user_id, site)
                select distinct users[i], sites[i] from generate_subscripts(users, 1) i
                where epochs[i] is not null and (stale is null or i <> all (stale)) and not exists (
                    select from login_site x
                    where x.user_id = users[i] and x.site = sites[i] and x.seen_at > now() - interval '1 hour')
                order by 1, 2
                on conflict (user_id, site) do update set seen_at = now()
                returning s.user_id
            )
            delete from login_site s using (
                select x.user_id, x.site, row_number() over (partition by x.user_id order by x.seen_at desc) as rank
                from login_site x where x.user_id in (select user_id from seen)) r
            where s.user_id = r.user_id and s.site = r.site and r.rank > 16;

            return query
            select i, case when stale is null or i <> all (stale) then epochs[i] end
            from generate_subscripts(users, 1) i;
        end $$;
        """
}
