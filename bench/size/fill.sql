-- Half of the messages: all conversations in turn, over two years that end now, with keys as clients choose them.
\set ON_ERROR_STOP on
set synchronous_commit = off;
set jit = off;
select count(*) as conversations, extract(epoch from now())::bigint as now from years \gset
create procedure pg_temp.fill(conversations bigint, now bigint, messages bigint, part int) language plpgsql as $$
declare
    step constant bigint := 2000000;
    first bigint;
begin
    for first in select generate_series(0, messages - 1, step) loop
        insert into message (conversation_id, msg_id, sender_id, type, created_at, client_key, body)
        select y.id, y.last_msg_id + 1 + i / conversations,
            case when i / conversations % 2 = 0 then (y.id >> 32)::int else (y.id & 4294967295)::int end, 1, t.at,
            substring(int8send(t.at * 1000) from 3) || substring(decode(md5(i::text), 'hex') from 7),
            convert_to(repeat('x', 128), 'UTF8')
        from generate_series(first + part, least(first + step, messages) - 1, 2) i
        join years y on y.place = i % conversations
        cross join lateral (select now - 63072000 + i * 63072000 / messages as at) t;
        commit;
        raise notice '% messages', least(first + step, messages);
    end loop;
end $$;
call pg_temp.fill(:conversations, :now, :messages, :part);
