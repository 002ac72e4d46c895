\set u random(1, :users)
\set v 1 + (:u - 1 + random(1, :partners)) % :users
\set id least(:first + :u, :first + :v) * 4294967296 + greatest(:first + :u, :first + :v)
\set first random(1, :depth)
select msg_id, sender_id, type, created_at, body from message
where conversation_id = :id::bigint and msg_id between :first::int and :first::int + 20 order by msg_id;
