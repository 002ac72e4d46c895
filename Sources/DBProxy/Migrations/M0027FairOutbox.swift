extension Migration {
    /// What waits for one service, or comes from one sender, delays nothing of the others.
    ///
    /// Each browser has a push service of its maker's: what waits is taken by service. And of each sender 1,000
    /// notifications of a channel wait in front; what comes to those is sent when nothing else waits for the same
    /// service.
    static let fairOutbox = Migration(
        number: 27, name: "fair outbox", worksFrom: 4, sql: place + senders + enqueue + claim)

    private static let place = """
        -- Of a browser: the host of its push service.
        alter table outbox add column place text not null default '';
        create function set_place() returns trigger language plpgsql as $$
        begin
            new.place := coalesce((select split_part(d.token, '/', 3) from device d where d.id = new.device_id), '');
            return new;
        end $$;
        create trigger set_place before insert on outbox for each row when (new.channel = 3)
        execute function set_place();
        update outbox o set place = split_part(d.token, '/', 3)
        from device d where d.id = o.device_id and o.channel = 3 and o.state = 0;
        drop index outbox_due;
        create index outbox_due on outbox (channel, place, due_at, id) where state = 0;

        """

    private static let senders = """
        alter table outbox add column sender_id int,
            add column is_behind boolean not null default false;
        create index outbox_in_front on outbox (channel, place, due_at, id) where state = 0 and not is_behind;
        create index outbox_of_sender on outbox (sender_id, channel) where state = 0 and sender_id is not null;

        """

    /// Counts once for each sender, and no further than it matters. Two nodes that count at once both find room: that
    /// is one more batch in front.
    private static let enqueue = """
        create or replace function enqueue_notifications(
            conversations bigint[], ids int[], users int[], pcs boolean[], judged bigint[], firsts int[], lasts int[])
        returns int language plpgsql as $$
        declare
            made int;
        begin
            with told as materialized (
                select channel_of(d.client_type) as channel, d.id as device_id, e.user_id, e.conversation, e.id, e.pc,
                    x.sender_id
                from unnest(conversations, ids, users, pcs) e (conversation, id, user_id, pc)
                join device d on d.user_id = e.user_id and (d.client_type >= 16 or not e.pc)
                join account a on a.id = e.user_id and a.status <> 3
                join member m on m.conversation_id = e.conversation and m.user_id = e.user_id
                left join message x on x.conversation_id = e.conversation and x.msg_id = e.id
                where m.read_msg_id < e.id and not m.shield and m.joined_at_id < e.id
                    and (m.left_at_id is null or m.left_at_id >= e.id) and is_served(channel_of(d.client_type))
                    and (select count(*) from (
                        select from outbox o where o.device_id = d.id and o.state = 0 limit 2000) w) < 2000
            ), senders as materialized (
                select s.sender_id, s.channel, (select count(*) from (
                    select from outbox o
                    where o.sender_id = s.sender_id and o.channel = s.channel and o.state = 0 limit 1000) w) as waiting
                from (select distinct t.sender_id, t.channel from told t where t.sender_id is not null) s
            )
            insert into outbox (
                channel, device_id, user_id, conversation_id, msg_id, is_silent, sender_id, is_behind)
            select t.channel, t.device_id, t.user_id, t.conversation, t.id, t.pc, t.sender_id,
                coalesce(s.waiting, 0) + row_number() over (
                    partition by t.sender_id, t.channel order by t.conversation, t.id, t.device_id) > 1000
            from told t left join senders s on s.sender_id = t.sender_id and s.channel = t.channel
            order by t.conversation, t.id, t.device_id
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

        """

    /// Of each place that is `known` at most so many (`rooms`), of each other one, one; what is behind only where the
    /// room of its place is not filled. What is not due is not even looked at: `now()` is the same for a whole
    /// statement.
    private static let claim = """
        drop function claim_notifications(smallint, int, int, boolean);
        create function claim_notifications(
            of_channel smallint, most int, lease int, is_night boolean, known text[] default null,
            rooms int[] default null)
        returns table (
            id bigint, attempts smallint, token text, keys bytea, client_type smallint, user_id int,
            conversation_id bigint, msg_id int, sender_id int, sender text, group_name text, msg_type smallint,
            body bytea, sent_at bigint, unread int, is_silent boolean)
        language plpgsql as $$
        #variable_conflict use_column
        begin
            insert into outbox_channel (channel) values (of_channel)
            on conflict (channel) do update set served_at = clock_timestamp()
            where outbox_channel.served_at < clock_timestamp() - interval '1 minute';
            return query
            with recursive places as (
                (select o.place from outbox o where o.channel = of_channel and o.state = 0 order by o.place limit 1)
                union all
                select (
                    select o.place from outbox o
                    where o.channel = of_channel and o.state = 0 and o.place > p.place order by o.place limit 1)
                from places p where p.place is not null
            ), rooms as (
                select p.place,
                    case when known is null then most else coalesce(r.room, 1) end as room
                from places p left join unnest(known, rooms) r (place, room) on r.place = p.place
                where p.place is not null
            ), in_front as materialized (
                select o.* from rooms r cross join lateral (
                    select * from outbox o
                    where o.channel = of_channel and o.state = 0 and o.place = r.place and not o.is_behind
                        and o.due_at <= now()
                    order by o.due_at, o.id limit r.room for update skip locked) o
                order by o.due_at, o.id limit most
            ), behind as materialized (
                select o.* from rooms r cross join lateral (
                    select * from outbox o
                    where o.channel = of_channel and o.state = 0 and o.place = r.place and o.is_behind
                        and o.due_at <= now()
                    order by o.due_at, o.id
                    limit r.room - (select count(*) from in_front f where f.place = r.place)
                    for update skip locked) o
                where (select count(*) from in_front) < most
                order by o.due_at, o.id limit most - (select count(*) from in_front)
            ), taken as materialized (
                select * from in_front union all select * from behind
            ), judged as materialized (
                select t.*, d.token as to_token, d.keys as to_keys, d.client_type as of_type,
                    x.sender_id as from_user, x.type, x.body as content, x.created_at as stored_at,
                    case
                        when t.created_at < clock_timestamp() - interval '1 day' then 'a day old'
                        when d.id is null then 'the device is not this user''s any more'
                        when a.id is null or a.status = 3 then 'the account is disabled'
                        when m.user_id is null or m.left_at_id < t.msg_id then 'the user has left'
                        when m.read_msg_id >= t.msg_id then 'read'
                        when m.shield then 'the user has muted the group'
                        when is_night and a.push_shield then 'the user wants silence at night'
                        when x.msg_id is null then 'the message is gone'
                    end as reason
                from taken t
                left join device d on d.id = t.device_id and d.user_id = t.user_id
                left join account a on a.id = t.user_id
                left join member m on m.conversation_id = t.conversation_id and m.user_id = t.user_id
                left join message x on x.conversation_id = t.conversation_id and x.msg_id = t.msg_id
            ), withdrawn as (
                update outbox o set state = 2, ended_at = clock_timestamp(), answer = j.reason
                from judged j where o.id = j.id and j.reason is not null
            ), claimed as (
                update outbox o
                set due_at = clock_timestamp() + make_interval(secs => lease), attempts = o.attempts + 1
                from judged j where o.id = j.id and j.reason is null
                returning o.id, o.attempts
            ), unread as materialized (
                select u.user_id, count_unread(u.user_id, 999) as messages
                from (select distinct j.user_id from judged j where j.reason is null) u
            )
            select c.id, c.attempts, j.to_token, j.to_keys, j.of_type, j.user_id, j.conversation_id, j.msg_id,
                j.from_user, a.nick, g.name, j.type, case when j.type in (1, 17) then j.content else '' end,
                j.stored_at, n.messages, j.is_silent
            from claimed c join judged j on j.id = c.id join unread n on n.user_id = j.user_id
            left join account a on a.id = j.from_user
            left join chat_group g on j.conversation_id < 4294967296 and g.id = j.conversation_id
            order by c.id;
        end $$;
        """
}
