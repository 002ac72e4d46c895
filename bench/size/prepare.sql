-- Conversations of each user with the next ones in a ring, and those that are there already; the first user is number
-- `first` + 1. The table is filled without indexes, which are made afterwards as the migrations made them.
insert into conversation (id)
select (least(:first + u, :first + v)::bigint << 32) + greatest(:first + u, :first + v)
from generate_series(1, :users) u, generate_series(1, :partners) d, lateral (select 1 + (u - 1 + d) % :users as v) x
on conflict do nothing;

insert into member (conversation_id, user_id)
select c.id, u.user_id
from conversation c, lateral (values ((c.id >> 32)::int), ((c.id & 4294967295)::int)) u (user_id)
where c.id > 4294967295
on conflict do nothing;

create table years as
select id, last_msg_id, row_number() over (order by hashint8(id)) - 1 as place
from conversation where id > 4294967295;
alter table years add primary key (place);
analyze years;

alter table message drop constraint message_pkey;
drop index message_client_key;
