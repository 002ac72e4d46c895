extension Migration {
    /// How a node finds out, while nobody writes, whether the database would store a message.
    static let probes = """

        -- What only a disk with room takes.
        create table probe_space (filler bytea not null);
        alter table probe_space alter column filler set storage external;

        -- A commit like that of a message, without one. Waits for nobody who has locked its tables: says so.
        create function probe_write(node text) returns void language plpgsql as $$
        begin
            lock table message, conversation, member in row exclusive mode nowait;
            update cluster_node set seen_at = now() where name = node;
        end $$;

        -- Takes new room on the disk and gives back what the one before took.
        create function probe_room(node text) returns void language plpgsql as $$
        begin
            lock table probe_space in access exclusive mode;
            truncate probe_space;
            insert into probe_space (filler)
            select convert_to(repeat('x', 8000), 'UTF8') from generate_series(1, 64);
            perform probe_write(node);
        end $$
        """
}
