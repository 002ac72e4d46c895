/// Functions of the outbox that judge who is told of which message while he is away.
extension Migration {
    static let notifications = enqueue + sweep

    /// Puts into the outbox who is to be told of what, and notes what is judged. The first note of a conversation says
    /// that what the sweep has passed is judged, too. A device for which 2,000 messages wait gets no more.
    ///
    /// How many notifications were made. Done twice, it does nothing.
    private static let enqueue = """

        create function enqueue_notifications(
            conversations bigint[], ids int[], users int[], pcs boolean[], judged bigint[], firsts int[], lasts int[])
        returns int language plpgsql as $$
        declare
            made int;
        begin
            insert into outbox (channel, device_id, user_id, conversation_id, msg_id, is_silent)
            select channel_of(d.client_type), d.id, e.user_id, e.conversation, e.id, e.pc
            from unnest(conversations, ids, users, pcs) e (conversation, id, user_id, pc)
            join device d on d.user_id = e.user_id and (d.client_type >= 16 or not e.pc)
            join account a on a.id = e.user_id and a.status <> 3
            join member m on m.conversation_id = e.conversation and m.user_id = e.user_id
            where m.read_msg_id < e.id and not m.shield and m.joined_at_id < e.id
                and (m.left_at_id is null or m.left_at_id >= e.id) and is_served(channel_of(d.client_type))
                and (select count(*) from (
                    select from outbox o where o.device_id = d.id and o.state = 0 limit 2000) w) < 2000
            order by e.conversation, e.id, d.id
            on conflict (device_id, conversation_id, msg_id) where device_id is not null do nothing;
            get diagnostics made = row_count;

            insert into judged_messages (conversation_id, known)
            select c.id, int4multirange(int4range(1, coalesce((
                select max(r.msg_id) from (
                    select x.msg_id, x.created_at from message x where x.conversation_id = c.id
                    order by x.msg_id desc limit 1000) r
                where r.created_at < (
                    select least(s.through, extract(epoch from clock_timestamp())::bigint) - 120
                    from notification_sweep s)), 0) + 1))
            from (select distinct unnest(judged) as id) j join conversation c on c.id = j.id
            where not exists (select from judged_messages k where k.conversation_id = c.id)
            order by c.id
            on conflict do nothing;
            perform from judged_messages where conversation_id = any (judged) order by conversation_id
            for no key update;
            update judged_messages k set known = k.known + j.ids
            from (
                select conversation, range_agg(int4range(first, last, '[]')) as ids
                from unnest(judged, firsts, lasts) r (conversation, first, last) group by conversation) j
            where k.conversation_id = j.conversation;
            return made;
        end $$;

        -- A mobile was away before anybody noticed: what it may not have got since `since` (unix seconds), 100 messages
        -- at most.
        create function enqueue_unheard(of_user int, since bigint) returns int language plpgsql as $$
        declare
            made int;
        begin
            insert into outbox (channel, device_id, user_id, conversation_id, msg_id, is_silent)
            select channel_of(d.client_type), d.id, of_user, n.conversation_id, n.msg_id, false
            from device d, lateral (
                select m.conversation_id, x.msg_id
                from member m
                join conversation c on c.id = m.conversation_id and c.updated_at >= since
                    and c.last_msg_id > greatest(m.read_msg_id, m.joined_at_id)
                join message x on x.conversation_id = m.conversation_id
                    and x.msg_id > greatest(m.read_msg_id, m.joined_at_id, c.last_msg_id - 100)
                    and x.created_at >= since and x.sender_id <> of_user
                where m.user_id = of_user and m.left_at_id is null and not m.shield
                order by x.created_at desc limit 100) n
            where d.user_id = of_user and d.client_type >= 16 and is_served(channel_of(d.client_type))
            order by n.conversation_id, n.msg_id
            on conflict (device_id, conversation_id, msg_id) where device_id is not null do nothing;
            get diagnostics made = row_count;
            return made;
        end $$;
        """

    /// One node at a time looks for what is not judged: whoever raises `begun_at`.
    private static let sweep = """

        create function unjudged_messages(since bigint, before bigint, most int)
        returns table (conversation bigint, id int, users int[]) language sql stable as $$
            with served as materialized (
                select coalesce(array_agg(c.channel), '{}') as channels
                from outbox_channel c where c.served_at > now() - interval '7 days'
            ), touched as materialized (
                select c.id, c.last_msg_id from conversation c, served s
                where c.updated_at >= since - 120 and exists (
                    select from member m join device d on d.user_id = m.user_id
                    where m.conversation_id = c.id and channel_of(d.client_type) = any (s.channels))
            ), missing as (
                select t.id as conversation, x.msg_id, x.sender_id, x.created_at
                from touched t
                left join judged_messages k on k.conversation_id = t.id
                cross join lateral (
                    select lower(int4multirange(int4range(1, t.last_msg_id + 1)) - k.known) as first
                ) u
                join message x on x.conversation_id = t.id and x.msg_id > t.last_msg_id - 1000
                    and x.msg_id >= coalesce(u.first, case when k.known is null then 1 end)
                    and x.created_at >= since - 120 and x.created_at < before
                    and not coalesce(k.known @> x.msg_id, false)
                limit most
            )
            select n.conversation, n.msg_id, coalesce((
                select array_agg(distinct m.user_id)
                from member m join device d on d.user_id = m.user_id
                where m.conversation_id = n.conversation and m.user_id <> n.sender_id
                    and d.created_at <= n.created_at and channel_of(d.client_type) = any (s.channels)
                    and m.read_msg_id < n.msg_id and m.joined_at_id < n.msg_id
                    and (m.left_at_id is null or m.left_at_id >= n.msg_id)), '{}')
            from missing n, served s
        $$;
        """
}
