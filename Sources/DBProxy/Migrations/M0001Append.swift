/// The function behind every message: the heart of the first migration.
extension Migration {
    /// Stores a batch of messages of one or several conversations in one transaction.
    ///
    /// Locks the conversations in the order of their ids, so two batches cannot wait for each other, and holds the
    /// locks until the flush: the order of commits is the order of ids, and nobody sees n+1 without n. What follows the
    /// lock is seen as of after it (read committed, one snapshot per statement).
    /// Answers: 0 refused (not a member), 1 stored, 2 stored before (a resend), 3 no such conversation, 4 full,
    /// 5 locked by somebody else (only if `skips_locked`, else it waits).
    /// `time_window` is how many seconds a legacy key, which a client may use again, names the same send.
    static let appendFunction = """

        create function append(
            conversations bigint[], senders int[], types smallint[], keys bytea[], legacy boolean[], bodies bytea[],
            time_window int, skips_locked boolean,
            out statuses smallint[], out msg_ids int[], out group_versions int[], out stored_at bigint
        ) language plpgsql as $$
        declare
            earlier int[];
            expired boolean;
            -- Those whose lock is ours; null if that is all of them.
            ours bigint[];
        begin
            if skips_locked then
                select coalesce(array_agg(c.id), '{}') into ours from (
                    select id from conversation where id = any (conversations) order by id
                    for no key update skip locked) c;
            else
                perform 1 from conversation where id = any (conversations) order by id for no key update;
            end if;
            stored_at := extract(epoch from clock_timestamp())::bigint;

            select array_agg(case when i.legacy and m.created_at < stored_at - time_window then null else m.msg_id end
                       order by i.ordinal),
                   bool_or(i.legacy and m.created_at < stored_at - time_window)
            into earlier, expired
            from unnest(conversations, keys, legacy) with ordinality i (conversation, key, legacy, ordinal)
            left join message m on m.conversation_id = i.conversation and m.client_key = i.key;

            if expired then
                update message m set client_key = null
                from unnest(conversations, keys, legacy) i (conversation, key, legacy)
                where i.legacy and m.conversation_id = i.conversation and m.client_key = i.key
                    and m.created_at < stored_at - time_window
                    and (ours is null or i.conversation = any (ours));
            end if;

            with judged as materialized (
                select i.*, c.last_msg_id, g.version,
                    case
                        when c.id is null then 3
                        when not (ours is null or i.conversation = any (ours)) then 5
                        when i.earlier is not null then 2
                        when i.conversation < 4294967296 and (g.version is null or not exists (
                            select from member m
                            where m.conversation_id = i.conversation and m.user_id = i.sender
                                and m.left_at_id is null)) then 0
                        else 1
                    end as status
                from unnest(conversations, senders, types, keys, bodies, earlier)
                    with ordinality i (conversation, sender, type, key, body, earlier, ordinal)
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
                update conversation c set last_msg_id = n.msg_id, updated_at = stored_at
                from (
                    select conversation, max(msg_id) as msg_id
                    from numbered where status = 1 and msg_id <= 89999999 group by conversation) n
                where c.id = n.conversation
            )
            select array_agg(
                       case when status = 1 and msg_id > 89999999 then 4 else status end::smallint order by ordinal),
                   array_agg(msg_id order by ordinal), array_agg(coalesce(version, 0) order by ordinal)
            into statuses, msg_ids, group_versions
            from numbered;
        end $$;
        """
}
