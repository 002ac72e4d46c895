extension Migration {
    /// What nodes do with a database that knows less than they: one whose data was set back, or that took over from
    /// another one without its last commits. They put back what they still hold, and raise everything that is counted,
    /// so that no number is given twice.
    static let setback = Migration(
        number: 9, name: "setback", worksFrom: 4, sql: """
            -- Which life of the database a node has held its own knowledge against.
            alter table cluster_node add column settled text;

            -- Ids that were given, and whose messages are lost, as far as is known. Islands: no two touch.
            create table message_gap (
                conversation_id bigint not null,
                first_id int not null,
                last_id int not null,
                found_at timestamptz not null default now(),
                primary key (conversation_id, first_id)
            );
            create index message_gap_age on message_gap (found_at);
            """ + raiseHeadsFunction + restoreFunction + raiseCountsFunctions)

    /// Whatever was given before, the next id is above it. What lies between is a gap until `restore_messages` fills
    /// it. Makes conversations of pairs that are not there; a group's is gone with the group.
    private static let raiseHeadsFunction = """

        create function raise_known_heads(conversations bigint[], heads int[]) returns int language plpgsql as $$
        declare
            raised int;
        begin
            perform open_pairs(array(
                select distinct p.id from unnest(conversations) p (id)
                where p.id >= 4294967296 and not exists (select from conversation c where c.id = p.id)));
            perform 1 from conversation where id = any (conversations) order by id for no key update;
            with known as (
                select id, max(head) as head from unnest(conversations, heads) k (id, head) group by id
            ), behind as materialized (
                select c.id, c.last_msg_id, k.head from conversation c join known k on k.id = c.id
                where c.last_msg_id < k.head
            ), noted as (
                insert into message_gap (conversation_id, first_id, last_id)
                select id, last_msg_id + 1, head from behind on conflict do nothing
            )
            update conversation c set last_msg_id = b.head from behind b where c.id = b.id;
            get diagnostics raised = row_count;
            return raised;
        end $$;
        """

    /// Puts messages back under the ids under which they were acknowledged. One whose id has been given to another
    /// message meanwhile goes to the end: it is kept, though not in its place.
    private static let restoreFunction = """

        create function restore_messages(
            conversations bigint[], ids int[], senders int[], types smallint[], times bigint[], keys bytea[],
            bodies bytea[], out restored int, out moved int
        ) language plpgsql as $$
        begin
            perform raise_known_heads(conversations, ids);
            insert into message (conversation_id, msg_id, sender_id, type, created_at, client_key, body)
            select i.* from unnest(conversations, ids, senders, types, times, keys, bodies)
                i (conversation, id, sender, type, created_at, key, body)
            where exists (select from conversation c where c.id = i.conversation)
                and not exists (
                    select from message m where m.conversation_id = i.conversation and m.client_key = i.key)
            on conflict do nothing;
            get diagnostics restored = row_count;

            insert into message (conversation_id, msg_id, sender_id, type, created_at, client_key, body)
            select i.conversation,
                c.last_msg_id + (row_number() over (partition by i.conversation order by i.id))::int,
                i.sender, i.type, greatest(i.created_at, c.updated_at), i.key, i.body
            from unnest(conversations, ids, senders, types, times, keys, bodies)
                i (conversation, id, sender, type, created_at, key, body)
            join conversation c on c.id = i.conversation
            where not exists (
                select from message m where m.conversation_id = i.conversation and m.client_key = i.key);
            get diagnostics moved = row_count;

            update conversation c set last_msg_id = m.msg_id, updated_at = greatest(c.updated_at, m.created_at)
            from (select distinct unnest(conversations)) i (id)
            cross join lateral (
                select msg_id, created_at from message where conversation_id = i.id order by msg_id desc limit 1) m
            where c.id = i.id and (m.msg_id > c.last_msg_id or m.created_at > c.updated_at);

            -- What is still missing of the gaps that were known.
            with known as (
                delete from message_gap where conversation_id = any (conversations) returning *
            ), missing as (
                select k.conversation_id, s.id, k.found_at,
                    s.id - row_number() over (partition by k.conversation_id order by s.id) as island
                from known k cross join lateral generate_series(k.first_id, k.last_id) s (id)
                where not exists (
                    select from message m where m.conversation_id = k.conversation_id and m.msg_id = s.id)
            )
            insert into message_gap (conversation_id, first_id, last_id, found_at)
            select conversation_id, min(id), max(id), min(found_at) from missing group by conversation_id, island;
        end $$;
        """

    /// Logins by user and class, and the versions of groups' lists of members, are never given twice either; stamps of
    /// the directory follow the clock.
    private static let raiseCountsFunctions = """

        create function raise_epochs(users int[], classes smallint[], epochs bigint[], client_types smallint[])
        returns int language plpgsql as $$
        declare
            raised int;
        begin
            insert into login as l (user_id, class, epoch, client_type)
            select distinct on (i.user_id, i.class) i.* from unnest(users, classes, epochs, client_types)
                i (user_id, class, epoch, client_type)
            where exists (select from account a where a.id = i.user_id)
                and not exists (
                    select from login o where o.user_id = i.user_id and o.class = i.class and o.epoch >= i.epoch)
            order by i.user_id, i.class, i.epoch desc
            on conflict (user_id, class) do update set epoch = excluded.epoch where l.epoch < excluded.epoch;
            get diagnostics raised = row_count;
            return raised;
        end $$;

        create function raise_versions(groups int[], versions int[]) returns int language plpgsql as $$
        declare
            raised int;
        begin
            with behind as materialized (
                select g.id, i.version from chat_group g join unnest(groups, versions) i (id, version) on i.id = g.id
                where g.version < i.version order by g.id for no key update of g
            )
            update chat_group g set version = greatest(g.version, b.version) + 1 from behind b where g.id = b.id;
            get diagnostics raised = row_count;
            return raised;
        end $$
        """
}
