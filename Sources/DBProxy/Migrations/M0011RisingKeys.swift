extension Migration {
    /// Keys of sends that rise with time, and senders who have left.
    ///
    /// Random keys spread what is new over all leaves of `message_client_key`: with some million messages every insert
    /// touches a page that is neither in the cache nor in the log since the last checkpoint. Keys that begin with the
    /// time of their send put it at the end of the conversation's part of the index (`SendKey`).
    ///
    /// A send must have the same key whichever node stores it, and nodes of the version before know the old form only.
    /// So the time of a send decides: the new form begins a day after this step, by when they are gone.
    static let risingKeys = Migration(
        number: 11, name: "rising keys", worksFrom: 4, sql: beginning + storeBatchFunction + storeOneFunction)

    /// A default, so that the row stays as it is: its transaction is part of the identity. Whoever has left is found
    /// in an index of nearly nothing.
    private static let beginning = """
        do $do$ begin
            execute format(
                'alter table database_identity add column keys_rise_since bigint not null default %s',
                case when exists (select from message)
                    then (extract(epoch from now() + interval '1 day') * 1000)::bigint else 0 end);
        end $do$;

        create index account_left on account (id) where status = 3;
        """

    /// As before, and: who has left is refused.
    private static let storeBatchFunction = """

        create or replace function store_batch(
            conversations bigint[], senders int[], types smallint[], keys bytea[], legacy boolean[], bodies bytea[],
            time_window int, skips_locked boolean,
            out statuses smallint[], out msg_ids int[], out group_versions int[], out times bigint[]
        ) language plpgsql as $$
        declare
            earlier int[];
            earlier_times bigint[];
            expired boolean;
            -- Those whose lock is ours; null if that is all of them.
            ours bigint[];
            -- By the clock.
            arrived bigint;
        begin
            if skips_locked then
                select coalesce(array_agg(c.id), '{}') into ours from (
                    select id from conversation where id = any (conversations) order by id
                    for no key update skip locked) c;
            else
                perform 1 from conversation where id = any (conversations) order by id for no key update;
            end if;
            arrived := extract(epoch from clock_timestamp())::bigint;

            select array_agg(case when i.legacy and m.created_at < arrived - time_window then null else m.msg_id end
                       order by i.ordinal),
                   array_agg(m.created_at order by i.ordinal),
                   bool_or(i.legacy and m.created_at < arrived - time_window)
            into earlier, earlier_times, expired
            from unnest(conversations, keys, legacy) with ordinality i (conversation, key, legacy, ordinal)
            left join message m on m.conversation_id = i.conversation and m.client_key = i.key;

            if expired then
                update message m set client_key = null
                from unnest(conversations, keys, legacy) i (conversation, key, legacy)
                where i.legacy and m.conversation_id = i.conversation and m.client_key = i.key
                    and m.created_at < arrived - time_window
                    and (ours is null or i.conversation = any (ours));
            end if;

            with judged as materialized (
                select i.*, c.last_msg_id, g.version, greatest(arrived, c.updated_at) as stored_at,
                    case
                        when c.id is null then 3
                        when not (ours is null or i.conversation = any (ours)) then 5
                        when i.earlier is not null then 2
                        when exists (select from account a where a.id = i.sender and a.status = 3) then 0
                        when i.conversation < 4294967296 and (g.version is null or not exists (
                            select from member m
                            where m.conversation_id = i.conversation and m.user_id = i.sender
                                and m.left_at_id is null)) then 0
                        else 1
                    end as status
                from unnest(conversations, senders, types, keys, bodies, earlier, earlier_times)
                    with ordinality i (conversation, sender, type, key, body, earlier, earlier_time, ordinal)
                left join conversation c on c.id = i.conversation
                left join chat_group g on i.conversation < 4294967296 and g.id = i.conversation and not g.deleted
            ), numbered as materialized (
                select j.*, case
                    when j.status = 1 then
                        j.last_msg_id + (sum(case when j.status = 1 then 1 end)
                            over (partition by j.conversation order by j.ordinal))::int
                    when j.status = 2 then j.earlier
                    else 0 end as msg_id
                from judged j
            ), stored as (
                insert into message (conversation_id, msg_id, sender_id, type, created_at, client_key, body)
                select conversation, msg_id, sender, type, stored_at, key, body
                from numbered where status = 1 and msg_id <= 89999999
            ), moved as (
                update conversation c set last_msg_id = n.msg_id, updated_at = n.stored_at
                from (
                    select conversation, max(msg_id) as msg_id, max(stored_at) as stored_at
                    from numbered where status = 1 and msg_id <= 89999999 group by conversation) n
                where c.id = n.conversation
            )
            select array_agg(
                       case when status = 1 and msg_id > 89999999 then 4 else status end::smallint order by ordinal),
                   array_agg(msg_id order by ordinal), array_agg(coalesce(version, 0) order by ordinal),
                   array_agg(coalesce(case when status = 2 then earlier_time else stored_at end, arrived)
                       order by ordinal)
            into statuses, msg_ids, group_versions, times
            from numbered;
        end $$;
        """

    private static let storeOneFunction = """

        create or replace function store_one(
            conversations bigint[], senders int[], types smallint[], keys bytea[], legacy boolean[], bodies bytea[],
            time_window int, skips_locked boolean,
            out statuses smallint[], out msg_ids int[], out group_versions int[], out times bigint[]
        ) language plpgsql as $$
        declare
            target constant bigint := conversations[1];
            key constant bytea := keys[1];
            is_group constant boolean := target < 4294967296;
            last int;
            last_time bigint;
            earlier int;
            sent_at bigint;
            arrived bigint;
            stored_at bigint;
            group_version int;
            status smallint := 1;
            number int := 0;
        begin
            if skips_locked then
                select last_msg_id, updated_at into last, last_time from conversation where id = target
                for no key update skip locked;
            else
                select last_msg_id, updated_at into last, last_time from conversation where id = target
                for no key update;
            end if;
            arrived := extract(epoch from clock_timestamp())::bigint;
            stored_at := greatest(arrived, last_time);
            if is_group then
                select version into group_version from chat_group where id = target and not deleted;
            end if;

            if last is null then
                status := case when skips_locked and exists (
                    select from conversation where id = target) then 5 else 3 end;
            else
                select msg_id, created_at into earlier, sent_at
                from message where conversation_id = target and client_key = key;
                if legacy[1] and sent_at < arrived - time_window then
                    update message set client_key = null where conversation_id = target and client_key = key;
                    earlier := null;
                end if;
                if earlier is not null then
                    status := 2;
                    number := earlier;
                    stored_at := sent_at;
                elsif exists (select from account a where a.id = senders[1] and a.status = 3)
                    or is_group and (group_version is null or not exists (
                        select from member
                        where conversation_id = target and user_id = senders[1] and left_at_id is null))
                then
                    status := 0;
                else
                    number := last + 1;
                    if number > 89999999 then
                        status := 4;
                    else
                        insert into message (conversation_id, msg_id, sender_id, type, created_at, client_key, body)
                        values (target, number, senders[1], types[1], stored_at, key, bodies[1]);
                        update conversation set last_msg_id = number, updated_at = stored_at where id = target;
                    end if;
                end if;
            end if;
            statuses := array[status];
            msg_ids := array[number];
            group_versions := array[coalesce(group_version, 0)];
            times := array[stored_at];
        end $$;
        """
}
