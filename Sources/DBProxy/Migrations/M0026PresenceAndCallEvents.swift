extension Migration {
    /// Services are told who comes and goes, and of calls.
    ///
    /// Where users are the database does not know: a node tells it, and it remembers what it was told, so that each
    /// change becomes one event whichever node tells of it.
    static let presenceAndCallEvents = Migration(
        number: 26, name: "presence and call events", worksFrom: 4, sql: kinds + calls + presence)

    private static let kinds = """
        -- The sum of: 1 messages, 2 groups, 4 users, 8 presence, 16 calls; 0: it is being removed.
        alter table webhook drop constraint webhook_events_check,
            add constraint webhook_events_check check (events between 0 and 31);
        -- Each event has a name: numbers of rows are given twice where a database has lost some.
        create or replace function put_event(kind int, what jsonb) returns void language sql as $$
            insert into outbox (channel, webhook_id, event)
            select 4, w.id, what || jsonb_build_object('id', n.name)
            from webhook w cross join (select gen_random_uuid() as name offset 0) n
            where w.events & kind <> 0 and is_served(4::smallint) order by w.id
            for key share of w
        $$;

        """

    private static let calls = """
        create function tell_of_call() returns trigger language plpgsql as $$
        begin
            if not exists (select from webhook where events & 16 <> 0) then return null; end if;
            perform put_event(16, jsonb_build_object(
                'event', 'call',
                'change', case
                    when new.outcome is not null then 'ended' when new.answered_at is not null then 'answered'
                    else 'began' end,
                'call', encode(new.name, 'hex'), 'caller', new.caller, 'callee', new.callee, 'video', new.is_video,
                'began_at', extract(epoch from new.began_at)::bigint,
                'answered_at', extract(epoch from new.answered_at)::bigint,
                'ended_at', extract(epoch from new.ended_at)::bigint,
                'outcome', (array['answered', 'refused', 'busy', 'away', 'no_answer', 'cancelled', 'lost'])
                    [new.outcome + 1]));
            return null;
        end $$;
        create trigger tell_of_call_begun after insert on call_record for each row execute function tell_of_call();
        create trigger tell_of_call after update of answered_at, outcome on call_record for each row
        when ((old.answered_at, old.outcome) is distinct from (new.answered_at, new.outcome))
        execute function tell_of_call();

        """

    private static let presence = """
        -- Users who were told of as being there, and with which devices: the sum of 1 PC, 2 mobile.
        create table presence_told (
            user_id int primary key,
            devices smallint not null check (devices between 1 and 3)
        );
        -- The life of a node that tells of them.
        create table presence_turn (
            is_the_only boolean primary key default true check (is_the_only),
            node int not null,
            epoch bigint not null,
            until timestamptz not null
        );

        -- Whether it is this node that tells, for so many seconds from now on; null: nobody wants to be told. Who wants
        -- to be told later hears of all who are there then.
        create function take_presence_turn(its_node int, its_epoch bigint, lease int) returns boolean
        language plpgsql as $$
        begin
            if not exists (select from webhook where events & 8 <> 0) or not is_served(4::smallint) then
                delete from presence_told;
                return null;
            end if;
            insert into presence_turn (node, epoch, until)
            values (its_node, its_epoch, clock_timestamp() + make_interval(secs => lease))
            on conflict (is_the_only) do update
            set node = excluded.node, epoch = excluded.epoch, until = excluded.until
            where (presence_turn.node, presence_turn.epoch) = (excluded.node, excluded.epoch)
                or presence_turn.until < clock_timestamp();
            return found;
        end $$;

        -- The next one who wants to be told may be there before a node has looked.
        create function forget_presence() returns trigger language plpgsql as $$
        begin
            if not exists (select from webhook where events & 8 <> 0) then delete from presence_told; end if;
            return null;
        end $$;
        create trigger forget_presence after update of events or delete on webhook
        for each statement execute function forget_presence();

        -- An event for each user who was told of otherwise.
        create function tell_of_presence(users int[], its_devices smallint[]) returns void language plpgsql as $$
        declare
            news record;
        begin
            if not exists (select from webhook where events & 8 <> 0) then return; end if;
            for news in
                with seen as materialized (
                    select u, d from unnest(users, its_devices) as t (u, d) order by u
                ), gone as (
                    delete from presence_told where user_id in (select u from seen where d = 0) returning user_id
                ), come as (
                    insert into presence_told as t (user_id, devices) select u, d from seen where d <> 0
                    on conflict (user_id) do update set devices = excluded.devices where t.devices <> excluded.devices
                    returning t.user_id, t.devices
                )
                select user_id, 0::smallint as devices from gone
                union all
                select user_id, devices from come order by user_id
            loop
                perform put_event(8, jsonb_build_object(
                    'event', 'presence', 'change', case when news.devices = 0 then 'offline' else 'online' end,
                    'user', news.user_id,
                    'devices', to_jsonb(array_remove(array[
                        case when news.devices & 1 <> 0 then 'pc' end,
                        case when news.devices & 2 <> 0 then 'mobile' end], null))));
            end loop;
        end $$;
        """
}
