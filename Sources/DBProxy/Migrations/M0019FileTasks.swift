extension Migration {
    /// Files that one user hands to another: at once, or later by way of the stores.
    static let fileTasks = Migration(number: 19, name: "file tasks", worksFrom: 4, sql: tables + makeTask)

    private static let tables = """
        create table file_task (
            id text primary key,
            sender int not null,
            receiver int not null,
            name text not null,
            size bigint not null check (size >= 0),
            mode smallint not null,
            -- The whole of it is stored.
            digest bytea references blob on delete cascade,
            -- Its receiver is told of it.
            is_offered boolean not null default false,
            -- Its receiver has it or does not want it; it counts for its sender until its time is over.
            removed_at timestamptz,
            created_at timestamptz not null default now(),
            expires_at timestamptz not null
        );
        create index file_task_waiting on file_task (receiver, created_at) where removed_at is null;
        create index file_task_sender on file_task (sender, created_at);
        create index file_task_expiry on file_task (expires_at);
        -- Asked for each blob that is deleted.
        create index file_task_digest on file_task (digest);

        """

    /// Whether the task was made: the receiver is there, has not too many already, of all and of this sender, and the
    /// sender has not handed out too much within a day. So the list of what waits is always told whole. What the two
    /// do at the same time comes one after the other.
    private static let makeTask = """

        create function make_file_task(
            task text, from_user int, to_user int, file_name text, file_size bigint, file_mode smallint,
            life interval, most_bytes bigint, most_tasks int)
        returns boolean language plpgsql as $$
        declare
            today record;
            waiting record;
        begin
            if not exists (select from account where id = to_user and status <> 3) then return false; end if;
            perform from account where id in (from_user, to_user) order by id for no key update;
            select count(*) as tasks, coalesce(sum(size), 0) as bytes into today
            from file_task where sender = from_user and created_at > now() - interval '1 day';
            if today.tasks >= most_tasks or today.bytes + file_size > most_bytes then return false; end if;
            select count(*) as tasks, count(*) filter (where sender = from_user) as own into waiting
            from file_task where receiver = to_user and removed_at is null and expires_at > now();
            if waiting.tasks >= 1000 or waiting.own >= 100 then return false; end if;
            insert into file_task (id, sender, receiver, name, size, mode, expires_at)
            values (task, from_user, to_user, file_name, file_size, file_mode, now() + life);
            return true;
        end $$;
        """
}
