-- Half of the conversations are read to the end, the others but for the last ten messages.
set maintenance_work_mem = '1GB';
alter table message add primary key (conversation_id, msg_id);
create unique index message_client_key on message (conversation_id, client_key) where client_key is not null;
select count(*) as conversations from years \gset
update conversation c set updated_at = greatest(c.updated_at, extract(epoch from now())::bigint - 86400),
    last_msg_id = y.last_msg_id + :messages / :conversations + (y.place < :messages % :conversations)::int
from years y where y.id = c.id;
update member b set read_msg_id = c.last_msg_id - case when c.id % 2 = 0 then 0 else least(10, c.last_msg_id) end
from conversation c where c.id = b.conversation_id;
drop table years;
vacuum analyze;
checkpoint;
