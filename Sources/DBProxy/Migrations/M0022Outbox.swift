extension Migration {
    /// Devices that are told of messages while they are away, and the outbox: what leaves the cluster for other
    /// services.
    ///
    /// Who is told of what is derived from messages, read marks and devices. A node that stores a message judges it for
    /// the devices of its members, and notes that it did; what a crash left unjudged is found by what is not noted.
    static let outbox = Migration(
        number: 22, name: "outbox", worksFrom: 4,
        sql: devices + setDevices + outboxTables + notifications + claim + end)

    /// Nodes of the version before go on with the view: a mobile of each user is all that they know.
    private static let devices = """
        create table device (
            id bigint generated always as identity primary key,
            user_id int not null references account (id) on delete cascade,
            client_type smallint not null,
            -- Of a mobile: as the maker of its system gave it. Of a browser: where its push service takes messages.
            token text not null unique,
            -- Of a browser: its public key, and what it authenticates by (RFC 8291, section 3.1).
            keys bytea check (length(keys) = 81),
            -- Messages that are older are not told of.
            created_at bigint not null default extract(epoch from clock_timestamp())::bigint,
            updated_at timestamptz not null default clock_timestamp()
        );
        create unique index device_mobile on device (user_id) where client_type >= 16;
        create index device_user on device (user_id);
        create index device_updated on device (updated_at);
        insert into device (user_id, token, client_type, updated_at)
        select user_id, token, client_type, updated_at from device_token where client_type >= 16;
        drop table device_token;
        create view device_token as
        select user_id, token, client_type, updated_at from device where client_type >= 16;

        """

    /// A token belongs to whom it was given last. The account is locked, so that two mobiles of a user come one after
    /// the other. Of browsers the oldest makes room.
    private static let setDevices = """

        create or replace function set_device_token(owner int, new_token text, new_client_type smallint) returns void
        language plpgsql as $$
        begin
            perform from account where id = owner for no key update;
            delete from device
            where token = new_token and user_id <> owner
                or user_id = owner and client_type >= 16 and token <> new_token;
            insert into device (user_id, token, client_type) values (owner, new_token, new_client_type)
            -- Somebody else may have entered it in this moment.
            on conflict (token) do update
            set user_id = excluded.user_id, client_type = excluded.client_type, updated_at = clock_timestamp(),
                created_at = case
                    when device.user_id = excluded.user_id then device.created_at else excluded.created_at end;
        end $$;

        create function set_browser(owner int, new_token text, new_keys bytea, new_client_type smallint) returns void
        language plpgsql as $$
        begin
            perform from account where id = owner for no key update;
            delete from device where token = new_token and user_id <> owner;
            insert into device (user_id, token, keys, client_type)
            values (owner, new_token, new_keys, new_client_type)
            on conflict (token) do update
            set user_id = excluded.user_id, keys = excluded.keys, updated_at = clock_timestamp(),
                created_at = case
                    when device.user_id = excluded.user_id then device.created_at else excluded.created_at end;
            delete from device where id in (
                select id from device where user_id = owner and client_type < 16
                order by updated_at desc, id desc offset 10);
        end $$;
        """

    private static let outboxTables = """

        -- 1 APNs, 2 mobiles with Android, 3 browsers, 4 webhooks. Nothing is put into the outbox for a channel that
        -- nobody has served for a week.
        create table outbox_channel (
            channel smallint primary key check (channel between 1 and 4),
            served_at timestamptz not null default clock_timestamp(),
            -- Of browsers: by which they know who sends (RFC 8292), an uncompressed point of P-256.
            public_key bytea check (length(public_key) = 65)
        );
        create table outbox (
            id bigint generated always as identity primary key,
            channel smallint not null,
            -- 0 it waits, or is with somebody who sends it until due_at; 1 sent, 2 withdrawn, 3 given up
            state smallint not null default 0,
            attempts smallint not null default 0,
            due_at timestamptz not null default clock_timestamp(),
            created_at timestamptz not null default clock_timestamp(),
            ended_at timestamptz,
            -- What the receiver said last, or why it was withdrawn.
            answer text,
            -- Of a message that a device is told of.
            device_id bigint,
            user_id int,
            conversation_id bigint,
            msg_id int,
            -- Nothing but the number on the icon: a PC of the user is there.
            is_silent boolean
        );
        create unique index outbox_notification on outbox (device_id, conversation_id, msg_id)
            where device_id is not null;
        create index outbox_due on outbox (channel, due_at) where state = 0;
        create index outbox_waiting on outbox (created_at) where state = 0;
        create index outbox_of_device on outbox (device_id) where state = 0;
        create index outbox_ended on outbox (state, ended_at) where state <> 0;
        -- Of conversations that somebody with a device is in: for which messages it is known who is to be told.
        create table judged_messages (
            conversation_id bigint primary key references conversation (id) on delete cascade,
            known int4multirange not null
        ) with (fillfactor = 80);
        create table notification_sweep (
            is_one boolean primary key default true check (is_one),
            begun_at timestamptz not null default clock_timestamp(),
            -- Messages up to it are judged; unix seconds.
            through bigint not null default extract(epoch from clock_timestamp())::bigint
        );
        insert into notification_sweep default values;
        create function is_served(of_channel smallint) returns boolean language sql stable as $$
            select exists (
                select from outbox_channel where channel = of_channel and served_at > now() - interval '7 days')
        $$;
        create function channel_of(client_type smallint) returns smallint language sql immutable as $$
            select (case when client_type < 16 then 3 when client_type = 17 then 1 else 2 end)::smallint
        $$;

        """

    /// What is due of a channel, for so many seconds: whoever has not said what became of it by then has died over it.
    /// What is not wanted any more is withdrawn on the way.
    private static let claim = """

        create function count_unread(of_user int, most int) returns int language sql stable as $$
            select count(*)::int from (
                select from member m
                join conversation c on c.id = m.conversation_id
                    and c.last_msg_id > greatest(m.read_msg_id, m.joined_at_id)
                join message x on x.conversation_id = m.conversation_id
                    -- Not all of what somebody has said himself and never marked as read.
                    and x.msg_id > greatest(m.read_msg_id, m.joined_at_id, c.last_msg_id - 2000)
                    and x.sender_id <> m.user_id
                where m.user_id = of_user and m.left_at_id is null
                limit most) n
        $$;

        create function claim_notifications(of_channel smallint, most int, lease int, is_night boolean)
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
            with taken as materialized (
                select o.* from outbox o
                where o.channel = of_channel and o.state = 0 and o.due_at <= clock_timestamp()
                order by o.due_at, o.id limit most for update skip locked
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

    /// What became of it, unless another has it by now. A device that is gone is forgotten, unless it came again since
    /// `gone_at` (unix seconds).
    private static let end = """

        create function end_sending(
            ids bigint[], of_attempts smallint[], states smallint[], answers text[], waits int[], gone_at bigint[])
        returns int language plpgsql as $$
        declare
            ended int;
        begin
            with ending as materialized (
                select o.id, o.device_id, e.state, e.answer, e.wait, e.gone
                from unnest(ids, of_attempts, states, answers, waits, gone_at)
                    e (id, attempts, state, answer, wait, gone)
                join outbox o on o.id = e.id and o.attempts = e.attempts and o.state = 0
                order by o.id for no key update of o
            ), gone as (
                delete from device d using ending e
                where d.id = e.device_id and e.gone >= 0 and d.updated_at <= to_timestamp(e.gone)
            )
            update outbox o
            set state = e.state, answer = e.answer,
                ended_at = case when e.state <> 0 then clock_timestamp() end,
                due_at = clock_timestamp() + make_interval(secs => e.wait / 1000.0)
            from ending e where o.id = e.id;
            get diagnostics ended = row_count;
            return ended;
        end $$;
        """
}
