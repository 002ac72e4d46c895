extension Migration {
    /// Files and pictures: what there is, which store has a copy, and who put it there.
    ///
    /// A store is a folder of a node, known by a mark that lies in it: a disk may move to another node, and a node may
    /// come back with an empty one. `copies` is the number of rows in `blob_copy`; the functions keep it so.
    static let blobs = Migration(
        number: 18, name: "blobs", worksFrom: 4, sql: tables + enterStore + storeBlob + copies + expireBlobs)

    private static let tables = """
        create table blob_store (
            id int generated always as identity primary key,
            mark text not null unique,
            node text not null default '',
            host text not null default '',
            port int not null default 0,
            seen_at timestamptz not null default now(),
            is_lost boolean not null default false
        );
        create table blob (
            digest bytea primary key check (length(digest) = 32),
            size bigint not null check (size >= 0),
            type smallint not null,
            copies smallint not null default 0,
            wanted smallint not null,
            created_at timestamptz not null default now(),
            expires_at timestamptz not null default 'infinity'
        );
        create index blob_short on blob (copies, digest) where copies < wanted;
        create index blob_expiry on blob (expires_at) where expires_at < 'infinity';
        create table blob_copy (
            store int not null references blob_store,
            digest bytea not null references blob on delete cascade,
            primary key (store, digest)
        );
        create index blob_copy_digest on blob_copy (digest);
        create table blob_upload (
            user_id int not null,
            kind smallint not null,
            digest bytea not null references blob on delete cascade,
            made_at timestamptz not null default now(),
            primary key (user_id, kind, digest)
        );
        create index blob_upload_digest on blob_upload (digest);
        create table blob_usage (
            user_id int not null,
            kind smallint not null,
            bytes bigint not null,
            files int not null,
            primary key (user_id, kind)
        );
        -- Who may send from an address: those who have logged in from it.
        create index login_site_seen on login_site (site, seen_at);

        """

    /// A node says which store it has. Another one that it had before is lost with all that was in it, unless a node
    /// shows up with it.
    private static let enterStore = """

        create function enter_store(store_mark text, node_name text, node_host text, node_port int) returns int
        language plpgsql as $$
        declare entered int;
        begin
            update blob_store set is_lost = true where node = node_name and mark <> store_mark and not is_lost;
            insert into blob_store as s (mark, node, host, port)
            values (store_mark, node_name, node_host, node_port)
            on conflict (mark) do update
            set node = node_name, host = node_host, port = node_port, seen_at = now(), is_lost = false
            returning s.id into entered;
            return entered;
        end $$;
        """

    /// Notes a blob that is in these stores, and that a user put it there. The longest life that anybody wants counts.
    private static let storeBlob = """

        create function store_blob(
            blob_digest bytea, blob_size bigint, blob_type smallint, in_stores int[], wanted_copies smallint,
            uploader int, upload_kind smallint, life interval)
        returns smallint language plpgsql as $$
        declare counted smallint;
        begin
            insert into blob as b (digest, size, type, wanted, expires_at)
            values (
                blob_digest, blob_size, blob_type, wanted_copies, coalesce(now() + life, 'infinity'))
            on conflict (digest) do update
            set expires_at = greatest(b.expires_at, excluded.expires_at),
                wanted = greatest(b.wanted, excluded.wanted);
            insert into blob_copy (store, digest) select unnest(in_stores), blob_digest on conflict do nothing;
            update blob set copies = (select count(*) from blob_copy where digest = blob_digest)
            where digest = blob_digest returning copies into counted;

            insert into blob_upload (user_id, kind, digest) values (uploader, upload_kind, blob_digest)
            on conflict do nothing;
            if found then
                insert into blob_usage as u (user_id, kind, bytes, files)
                values (uploader, upload_kind, blob_size, 1)
                on conflict (user_id, kind) do update set bytes = u.bytes + blob_size, files = u.files + 1;
            end if;
            return counted;
        end $$;
        """

    /// `add_copy` returns nothing for a blob that is gone.
    private static let copies = """

        create function add_copy(in_store int, blob_digest bytea) returns smallint language plpgsql as $$
        declare counted smallint;
        begin
            perform from blob where digest = blob_digest for no key update;
            if not found then return null; end if;
            insert into blob_copy (store, digest) values (in_store, blob_digest) on conflict do nothing;
            update blob set copies = (select count(*) from blob_copy where digest = blob_digest)
            where digest = blob_digest returning copies into counted;
            return counted;
        end $$;

        create function drop_copies(in_store int, digests bytea[]) returns int language plpgsql as $$
        declare dropped int;
        begin
            perform from blob where digest = any (digests) order by digest for no key update;
            with gone as (
                delete from blob_copy where store = in_store and digest = any (digests) returning digest
            ), counted as (
                update blob b set copies = b.copies - 1 from gone g where b.digest = g.digest
            )
            select count(*) into dropped from gone;
            return dropped;
        end $$;
        """

    /// Whether its time is over is asked again of each that is locked: who stores it once more meanwhile keeps it.
    private static let expireBlobs = """

        create function expire_blobs(most int) returns int language plpgsql as $$
        declare
            digests bytea[];
            deleted int;
        begin
            digests := array(
                select digest from blob
                where expires_at <= now() and digest = any (array(
                    select digest from blob where expires_at <= now() and expires_at < 'infinity'
                    order by expires_at limit most))
                order by digest for update);
            update blob_usage s set bytes = s.bytes - u.bytes, files = s.files - u.files
            from (
                select p.user_id, p.kind, sum(b.size) as bytes, count(*) as files
                from blob_upload p join blob b on b.digest = p.digest
                where p.digest = any (digests) group by p.user_id, p.kind) u
            where s.user_id = u.user_id and s.kind = u.kind;
            delete from blob where digest = any (digests);
            get diagnostics deleted = row_count;
            return deleted;
        end $$;
        """
}
