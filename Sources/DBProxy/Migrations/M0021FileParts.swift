extension Migration {
    /// Files that come in parts, each of them safe by itself, from clients that show a token; and pictures that come
    /// with a small one.
    ///
    /// Until a file is whole its parts are blobs of their own: any node takes the next one, and any node joins them.
    static let fileParts = Migration(
        number: 21, name: "file parts", worksFrom: 4, sql: tables + offer + access + dropParts + addPart + endParts)

    private static let tables = """
        create table file_part (
            task text not null references file_task on delete cascade,
            start bigint not null,
            digest bytea not null references blob on delete cascade,
            primary key (task, start)
        );
        -- Asked for each blob that is deleted.
        create index file_part_digest on file_part (digest);
        create table file_token (
            digest bytea primary key check (length(digest) = 32),
            task text not null references file_task on delete cascade,
            user_id int not null,
            expires_at timestamptz not null
        );
        create index file_token_task on file_token (task);
        create index file_token_expiry on file_token (expires_at);
        create table blob_thumbnail (
            digest bytea primary key references blob on delete cascade,
            small bytea not null references blob on delete cascade
        );
        -- Asked for each blob that is deleted.
        create index blob_thumbnail_small on blob_thumbnail (small);

        """

    /// As `make_file_task`, and says what became of it: 0 it is made, 1 there is no such receiver, 2 the sender has
    /// handed out as much as he may within a day, 3 as much waits for the receiver as may, 4 it is made and will be
    /// stored. A receiver whose PC has a session token is a page, or another client that gets files over HTTP, and
    /// cannot meet the sender.
    private static let offer = """

        create function offer_file_task(
            task text, from_user int, to_user int, file_name text, file_size bigint, file_mode smallint,
            life interval, most_bytes bigint, most_tasks int)
        returns smallint language plpgsql as $$
        declare
            today record;
            waiting record;
            is_stored boolean;
        begin
            if not exists (select from account where id = to_user and status <> 3) then return 1; end if;
            is_stored := file_mode = 1 and exists (
                select from login where user_id = to_user and class = 0 and token_hash is not null);
            perform from account where id in (from_user, to_user) order by id for no key update;
            select count(*) as tasks, coalesce(sum(size), 0) as bytes into today
            from file_task where sender = from_user and created_at > now() - interval '1 day';
            if today.tasks >= most_tasks or today.bytes + file_size > most_bytes then return 2; end if;
            select count(*) as tasks, count(*) filter (where sender = from_user) as own into waiting
            from file_task where receiver = to_user and removed_at is null and expires_at > now();
            if waiting.tasks >= 1000 or waiting.own >= 100 then return 3; end if;
            insert into file_task (id, sender, receiver, name, size, mode, expires_at)
            values (
                task, from_user, to_user, file_name, file_size, case when is_stored then 2 else file_mode end,
                now() + life);
            return case when is_stored then 4 else 0 end;
        end $$;
        """

    /// Whether the task is this user's, as its sender or as its receiver. The tokens of a user for a task are few: the
    /// oldest one makes room.
    private static let access = """

        create function add_file_token(token bytea, for_task text, for_user int, life interval)
        returns boolean language plpgsql as $$
        begin
            perform from file_task where id = for_task and for_user in (sender, receiver) and removed_at is null
                and expires_at > now() for update;
            if not found then return false; end if;
            delete from file_token where digest in (
                select digest from file_token where task = for_task and user_id = for_user
                order by expires_at desc offset 7);
            insert into file_token (digest, task, user_id, expires_at)
            values (token, for_task, for_user, now() + life);
            return true;
        end $$;
        """

    /// Blobs that were parts and may be nobody's any more go; those that others have, as parts of another file or as
    /// something else that a user has put there, are left as they are. The caller has locked their rows. How many go.
    private static let dropParts = """

        create function drop_parts(parts bytea[]) returns int language plpgsql as $$
        declare
            ended int;
        begin
            with gone as (
                delete from blob_upload u where u.kind = 3 and u.digest = any (parts)
                    and not exists (select from file_part p where p.digest = u.digest)
                returning u.user_id, u.digest
            )
            update blob_usage s set bytes = s.bytes - g.bytes, files = s.files - g.files
            from (
                select gone.user_id, sum(b.size) as bytes, count(*) as files
                from gone join blob b on b.digest = gone.digest group by gone.user_id) g
            where s.user_id = g.user_id and s.kind = 3;
            update blob b set expires_at = now()
            where b.digest = any (parts) and b.expires_at > now()
                and not exists (select from file_part p where p.digest = b.digest)
                and not exists (select from file_task t where t.digest = b.digest)
                and not exists (select from blob_upload u where u.digest = b.digest);
            get diagnostics ended = row_count;
            return ended;
        end $$;
        """

    /// Whether there is a part at that place of a file that waits for its parts. The first one stays, for as long as a
    /// part does, whoever else has no use for such bytes any more: a file must not have more bytes on the disks than
    /// its size, so what comes second, or too late, goes.
    private static let addPart = """

        create function add_file_part(of_task text, at_start bigint, part bytea, life interval)
        returns boolean language plpgsql as $$
        declare
            is_wanted boolean;
        begin
            perform from file_task where id = of_task and digest is null and removed_at is null
                and expires_at > now() for share;
            is_wanted := found;
            perform from blob where digest = part for update;
            if not found then return false; end if;
            if is_wanted then
                insert into file_part (task, start, digest) values (of_task, at_start, part)
                on conflict (task, start) do nothing;
            end if;
            update blob set expires_at = greatest(expires_at, now() + life)
            where digest = part and exists (select from file_part p where p.digest = part);
            perform drop_parts(array[part]);
            return is_wanted;
        end $$;
        """

    /// The file is whole, so its parts are nobody's, unless others have the same bytes: those of another file, or what
    /// a user has put there as something else than a part.
    private static let endParts = """

        create function end_file_parts(of_task text) returns int language plpgsql as $$
        declare
            parts bytea[];
        begin
            parts := array(select digest from file_part where task = of_task);
            perform from blob where digest = any (parts) order by digest for update;
            delete from file_part where task = of_task;
            return drop_parts(parts);
        end $$;
        """
}
