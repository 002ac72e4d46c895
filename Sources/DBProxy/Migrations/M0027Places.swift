extension Migration {
    /// Each browser has a push service of its maker's: what waits is taken by service, so that one which is away or
    /// slow delays nothing of the others, however much waits for it.
    static let places = Migration(number: 27, name: "places", worksFrom: 4, sql: place + claim)

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

    /// As before, but at most so many (`rooms`) of the places that are `known`, and one of each other one.
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
            ), taken as materialized (
                select o.* from rooms r cross join lateral (
                    select * from outbox o
                    where o.channel = of_channel and o.state = 0 and o.place = r.place
                        and o.due_at <= clock_timestamp()
                    order by o.due_at, o.id limit r.room for update skip locked) o
                order by o.due_at, o.id limit most
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
