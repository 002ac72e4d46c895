extension Migration {
    /// Keys of sends that rise with time, and senders who have left.
    ///
    /// Random keys spread what is new over all leaves of `message_client_key`, so that with some million messages
    /// every insert touches a page that is neither in the cache nor in the log since the last checkpoint. Keys that
    /// begin with their time put it at the end of the conversation's part of the index. The time of a chosen key is
    /// the client's (RFC 9562, version 7); that of a derived key is the beginning of the bucket in which it is stored,
    /// as wide as the window in which it counts: a repetition finds it under its own bucket or the one before. Times
    /// of a conversation never fall, so an expired key never stands in the way of a new one.
    ///
    /// The functions keep their signatures, so nodes of the version before store in the same way. What was stored
    /// before, or by such a node, has its key without a time: keys that may be older than the upgrade, for which a day
    /// is allowed, are looked for in that form too.
    static let risingKeys = Migration(
        number: 11, name: "rising keys", worksFrom: 4,
        sql: keyFunctions + storeBatchFunction + storeOneFunction + restoreFunction)

    /// Nodes give 16 bytes, or 22 with the time of a client's key in front.
    ///
    /// `sent_keys` is all forms under which a send may be stored, first the one for now. They are compared one by one:
    /// `= any` is only a filter where the planner takes the table for small, and then reads the whole conversation.
    private static let keyFunctions = """

        do $do$ begin
            execute format(
                'create function keys_rise_since() returns bigint language sql immutable as $$select %s::bigint$$',
                extract(epoch from now() + interval '1 day')::bigint);
        end $do$;

        create function timed_key(key bytea) returns bytea language sql immutable as $$
            select case when octet_length(key) = 22 then substring(key for 6) || substring(key from 13) else key end
        $$;

        create function bucket_key(key bytea, at bigint, width int) returns bytea language sql immutable as $$
            select substring(int8send(at / width * width * 1000) from 3) || substring(key from 7)
        $$;

        create function sent_keys(key bytea, legacy boolean, at bigint, width int) returns bytea[]
        language sql immutable as $$
            select case
                when legacy and at < keys_rise_since() then
                    array[bucket_key(key, at, width), bucket_key(key, at - width, width), key]
                when legacy then array[bucket_key(key, at, width), bucket_key(key, at - width, width)]
                when octet_length(key) = 22 and key < bucket_key('', keys_rise_since(), 1) then
                    array[timed_key(key), substring(key from 7)]
                else array[timed_key(key)] end
        $$;
        """

    private static let storeBatchFunction = """

        create or replace function store_batch(
            conversations bigint[], senders int[], types smallint[], keys bytea[], legacy boolean[], bodies bytea[],
            time_window int, skips_locked boolean,
            out statuses smallint[], out msg_ids int[], out group_versions int[], out times bigint[]
        ) language plpgsql as $$
        declare
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

            with judged as materialized (
                select i.*, c.last_msg_id, g.version, e.msg_id as earlier, e.created_at as earlier_time,
                    greatest(arrived, c.updated_at) as stored_at,
                    case
                        when c.id is null then 3
                        when not (ours is null or i.conversation = any (ours)) then 5
                        when e.msg_id is not null then 2
                        when not exists (select from account a where a.id = i.sender and a.status <> 3) then 0
                        when i.conversation < 4294967296 and (g.version is null or not exists (
                            select from member m
                            where m.conversation_id = i.conversation and m.user_id = i.sender
                                and m.left_at_id is null)) then 0
                        else 1
                    end as status
                from unnest(conversations, senders, types, keys, legacy, bodies)
                    with ordinality i (conversation, sender, type, key, is_legacy, body, ordinal)
                left join conversation c on c.id = i.conversation
                left join chat_group g on i.conversation < 4294967296 and g.id = i.conversation and not g.deleted
                left join lateral (
                    select m.msg_id, m.created_at
                    from (select unnest(sent_keys(
                        i.key, i.is_legacy, greatest(arrived, c.updated_at), time_window)) as key) k
                    join message m on m.conversation_id = i.conversation and m.client_key = k.key
                    where not i.is_legacy or m.created_at >= arrived - time_window
                    limit 1) e on true
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
                select conversation, msg_id, sender, type, stored_at,
                    case when is_legacy then bucket_key(key, stored_at, time_window) else timed_key(key) end, body
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
            is_legacy constant boolean := legacy[1];
            is_group constant boolean := target < 4294967296;
            last int;
            last_time bigint;
            may_write boolean;
            -- The first is that under which it is stored.
            forms bytea[];
            earlier int;
            sent_at bigint;
            arrived bigint;
            stored_at bigint;
            group_version int;
            status smallint := 1;
            number int := 0;
        begin
            if skips_locked then
                select last_msg_id, updated_at, exists (
                    select from account a where a.id = senders[1] and a.status <> 3)
                into last, last_time, may_write from conversation where id = target for no key update skip locked;
            else
                select last_msg_id, updated_at, exists (
                    select from account a where a.id = senders[1] and a.status <> 3)
                into last, last_time, may_write from conversation where id = target for no key update;
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
                forms := sent_keys(key, is_legacy, stored_at, time_window);
                if cardinality(forms) = 1 then
                    select msg_id, created_at into earlier, sent_at
                    from message where conversation_id = target and client_key = forms[1];
                else
                    select m.msg_id, m.created_at into earlier, sent_at
                    from (select unnest(forms) as key) k
                    join message m on m.conversation_id = target and m.client_key = k.key
                    where not is_legacy or m.created_at >= arrived - time_window
                    limit 1;
                end if;
                if earlier is not null then
                    status := 2;
                    number := earlier;
                    stored_at := sent_at;
                elsif not may_write or is_group and (group_version is null or not exists (
                    select from member
                    where conversation_id = target and user_id = senders[1] and left_at_id is null)) then
                    status := 0;
                else
                    number := last + 1;
                    if number > 89999999 then
                        status := 4;
                    else
                        insert into message (conversation_id, msg_id, sender_id, type, created_at, client_key, body)
                        values (
                            target, number, senders[1], types[1], stored_at, forms[1], bodies[1]);
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

    /// A node of the version before holds a derived key without its bucket; its message is known by its place.
    private static let restoreFunction = """

        create function has_message(conversation bigint, id int, key bytea) returns boolean language sql stable as $$
            select exists (
                    select from unnest(sent_keys(key, false, 0, 1)) k (key)
                    join message m on m.conversation_id = conversation and m.client_key = k.key)
                or exists (
                    select from message m where m.conversation_id = conversation and m.msg_id = id
                        and substring(m.client_key from 7) = substring(timed_key(key) from 7))
        $$;

        create or replace function restore_messages(
            conversations bigint[], ids int[], senders int[], types smallint[], times bigint[], keys bytea[],
            bodies bytea[], out restored int, out moved int
        ) language plpgsql as $$
        begin
            perform raise_known_heads(conversations, ids);
            insert into message (conversation_id, msg_id, sender_id, type, created_at, client_key, body)
            select i.conversation, i.id, i.sender, i.type, i.created_at, timed_key(i.key), i.body
            from unnest(conversations, ids, senders, types, times, keys, bodies)
                i (conversation, id, sender, type, created_at, key, body)
            where exists (select from conversation c where c.id = i.conversation)
                and not has_message(i.conversation, i.id, i.key)
            on conflict do nothing;
            get diagnostics restored = row_count;

            insert into message (conversation_id, msg_id, sender_id, type, created_at, client_key, body)
            select i.conversation,
                c.last_msg_id + (row_number() over (partition by i.conversation order by i.id))::int,
                i.sender, i.type, greatest(i.created_at, c.updated_at),
                timed_key(i.key), i.body
            from unnest(conversations, ids, senders, types, times, keys, bodies)
                i (conversation, id, sender, type, created_at, key, body)
            join conversation c on c.id = i.conversation
            where not has_message(i.conversation, i.id, i.key);
            get diagnostics moved = row_count;

            update conversation c set last_msg_id = m.msg_id, updated_at = greatest(c.updated_at, m.created_at)
            from (select distinct unnest(conversations)) i (id)
            cross join lateral (
                select msg_id, created_at from message where conversation_id = i.id order by msg_id desc limit 1) m
            where c.id = i.id and (m.msg_id > c.last_msg_id or m.created_at > c.updated_at);

            -- What is still missing of the gaps that were known.
            with known as (
                delete from message_gap where conversation_id = any (conversations) returning *
            ), missing as (
                select k.conversation_id, s.id, k.found_at,
                    s.id - row_number() over (partition by k.conversation_id order by s.id) as island
                from known k cross join lateral generate_series(k.first_id, k.last_id) s (id)
                where not exists (
                    select from message m where m.conversation_id = k.conversation_id and m.msg_id = s.id)
            )
            insert into message_gap (conversation_id, first_id, last_id, found_at)
            select conversation_id, min(id), max(id), min(found_at) from missing group by conversation_id, island;
        end $$;
        """
}
