-- Users 1 to 100,000 in 200 groups, each with a device; ten messages in each group, of which nobody knows yet.
\set ON_ERROR_STOP on
insert into account (name, nick, password, stamp) select 'u' || n, 'u' || n, 'x', 1 from generate_series(1, 100000) n;
insert into device (user_id, token, client_type) select id, 'token-' || id, 18 from account;
insert into chat_group (name, creator_id, type, updated_at) select 'g' || n, n * 500, 1, 0 from generate_series(1, 200) n;
insert into conversation (id, last_msg_id, updated_at)
select n, 10, extract(epoch from now())::bigint - 60 from generate_series(1, 200) n;
insert into member (conversation_id, user_id) select (id + 499) / 500, id from account;
insert into message (conversation_id, msg_id, sender_id, type, created_at, body)
select g, m, g * 500, 17, extract(epoch from now())::bigint - 60, 'a text'
from generate_series(1, 200) g, generate_series(1, 10) m;
insert into outbox_channel (channel) values (2);
insert into outbox (channel, device_id, user_id, conversation_id, msg_id, is_silent, sender_id, is_behind)
select 2, d.id, d.user_id, (d.user_id + 499) / 500, m, false, (d.user_id + 499) / 500 * 500, m > 2
from generate_series(1, 10) m, device d order by m, (d.user_id + 499) / 500, d.id;
vacuum analyze;
\timing on
\echo 'claim of 100, in front:'
select count(*) from claim_notifications(2::smallint, 100, 90, false);
select count(*) from claim_notifications(2::smallint, 100, 90, false);
select count(*) from claim_notifications(2::smallint, 100, 90, false);
\echo 'one message to 499 devices:'
insert into message (conversation_id, msg_id, sender_id, type, created_at, body)
values (1, 11, 500, 17, extract(epoch from now())::bigint, 'a text');
select enqueue_notifications(
    array_agg(1::bigint), array_agg(11), array_agg(n), array_agg(false), array[1::bigint], array[11], array[11])
from generate_series(1, 499) n;
\echo 'sweep, the first 1,000 messages:'
select count(*) from unjudged_messages(
    extract(epoch from now())::bigint - 100, extract(epoch from now())::bigint - 5, 1000);
\echo 'tidy, nothing to do:'
select tidy_outbox();
\timing off
update outbox set created_at = created_at - interval '2 days' where id <= 5000;
\timing on
\echo 'tidy, 5,000 that are too old:'
select tidy_outbox();
\echo 'backlog, as the page and the metrics ask it:'
select count(*), min(created_at) is null from (
    select o.created_at from outbox o where o.state = 0 and o.channel = 2 order by o.place, o.due_at limit 10000) first;
\timing off
update outbox set is_behind = true where state = 0;
vacuum analyze outbox;
\timing on
\echo 'claim of 100, all behind:'
select count(*) from claim_notifications(2::smallint, 100, 90, false);
select count(*) from claim_notifications(2::smallint, 100, 90, false);
\timing off
update outbox set due_at = now() + interval '1 hour' where state = 0;
vacuum analyze outbox;
\timing on
\echo 'claim where 1,000,000 are not due:'
select count(*) from claim_notifications(2::smallint, 100, 90, false);
select count(*) from claim_notifications(2::smallint, 100, 90, false);
