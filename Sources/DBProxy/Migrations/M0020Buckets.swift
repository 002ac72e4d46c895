extension Migration {
    /// Blobs in buckets of S3, moves between stores, and copies beyond those that are wanted.
    ///
    /// A bucket is a store like the folder of a node, whose one copy is as good as all that anybody may want: it counts
    /// for three. Its copies do not go by themselves when their row does: `blob_leaving` has those that are to be
    /// removed.
    static let buckets = Migration(
        number: 20, name: "buckets", worksFrom: 4,
        sql: tables + enterStore + countCopies + storeBlob + copies + spareCopies + leaving + expireBlobs)

    private static let tables = """
        alter table blob_store add column is_bucket boolean not null default false;
        create table blob_leaving (
            store int not null references blob_store on delete cascade,
            digest bytea not null,
            -- Somebody is removing it.
            taken_at timestamptz,
            -- Kept for a day: who began to store it again before cannot know whether his bytes are still there.
            removed_at timestamptz,
            primary key (store, digest)
        );
        -- For a day those that are removed are far more than those that are to be.
        create index blob_leaving_waiting on blob_leaving (store, digest) where removed_at is null;
        create index blob_leaving_removed on blob_leaving (store, removed_at) where removed_at is not null;
        create table blob_move (
            id int generated always as identity primary key,
            to_bucket boolean not null,
            bytes_per_second bigint not null,
            moved bigint not null default 0,
            moved_bytes bigint not null default 0,
            failed bigint not null default 0,
            -- The node that does it, as long as it says so.
            worker text not null default '',
            worker_until timestamptz not null default '-infinity',
            started_at timestamptz not null default now(),
            ended_at timestamptz,
            is_stopped boolean not null default false
        );
        create unique index blob_move_running on blob_move ((true)) where ended_at is null;

        """

    /// A node that shows up with another store has lost the one before, once nobody has shown that for a while: two
    /// nodes with one name both have theirs.
    private static let enterStore = """

        create or replace function enter_store(store_mark text, node_name text, node_host text, node_port int)
        returns int language plpgsql as $$
        declare entered int;
        begin
            update blob_store set is_lost = true
            where node = node_name and not is_bucket and mark <> store_mark and not is_lost
                and seen_at < now() - interval '15 s';
            insert into blob_store as s (mark, node, host, port)
            values (store_mark, node_name, node_host, node_port)
            on conflict (mark) do update
            set node = node_name, host = node_host, port = node_port, seen_at = now(), is_lost = false
            returning s.id into entered;
            return entered;
        end $$;

        create function enter_bucket(store_mark text, bucket text, at_host text, at_port int) returns int
        language plpgsql as $$
        declare entered int;
        begin
            insert into blob_store as s (mark, node, host, port, is_bucket)
            values (store_mark, bucket, at_host, at_port, true)
            on conflict (mark) do update set seen_at = now(), is_lost = false returning s.id into entered;
            return entered;
        end $$;
        """

    private static let countCopies = """

        create function count_copies(blob_digest bytea) returns smallint language sql as $$
            select coalesce(sum(case when s.is_bucket then 3 else 1 end), 0)::smallint
            from blob_copy c join blob_store s on s.id = c.store where c.digest = blob_digest
        $$;
        """

    private static let storeBlob = """

        create or replace function store_blob(
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
            update blob set copies = count_copies(blob_digest)
            where digest = blob_digest returning copies into counted;

            insert into blob_upload (user_id, kind, digest) values (uploader, upload_kind, blob_digest)
            on conflict do nothing;
            if found then
                insert into blob_usage as u (user_id, kind, bytes, files)
                values (uploader, upload_kind, blob_size, 1)
                on conflict (user_id, kind) do update set bytes = u.bytes + blob_size, files = u.files + 1;
            else
                -- He has sent it again.
                update blob_upload set made_at = now()
                where user_id = uploader and kind = upload_kind and digest = blob_digest;
            end if;
            return counted;
        end $$;
        """

    private static let copies = """

        create or replace function add_copy(in_store int, blob_digest bytea) returns smallint language plpgsql as $$
        declare counted smallint;
        begin
            perform from blob where digest = blob_digest for no key update;
            if not found then return null; end if;
            insert into blob_copy (store, digest) values (in_store, blob_digest) on conflict do nothing;
            update blob set copies = count_copies(blob_digest)
            where digest = blob_digest returning copies into counted;
            return counted;
        end $$;

        create or replace function drop_copies(in_store int, digests bytea[]) returns int language plpgsql as $$
        declare dropped int;
        begin
            perform from blob where digest = any (digests) order by digest for no key update;
            delete from blob_copy where store = in_store and digest = any (digests);
            get diagnostics dropped = row_count;
            update blob set copies = count_copies(digest) where digest = any (digests);
            return dropped;
        end $$;
        """

    /// Takes copies of a store off the count of which enough others are where somebody has seen them of late; returns
    /// which those were. Of two nodes that have one too many between them, one comes first.
    private static let spareCopies = """

        create function shed_spare(in_store int, digests bytea[]) returns setof bytea language plpgsql as $$
        declare spare bytea[];
        begin
            perform from blob where digest = any (digests) order by digest for no key update;
            spare := array(
                select c.digest from blob_copy c join blob b on b.digest = c.digest
                where c.store = in_store and c.digest = any (digests) and b.wanted <= (
                    select coalesce(sum(case when s.is_bucket then 3 else 1 end), 0)
                    from blob_copy o join blob_store s on s.id = o.store
                    where o.digest = c.digest and o.store <> in_store and not s.is_lost
                        and s.seen_at > now() - interval '60 s'));
            perform drop_copies(in_store, spare);
            return query select unnest(spare);
        end $$;
        """

    /// `add_bucket_copy`: an object was put there, which began so long ago; nothing is returned where the blob is gone,
    /// 0 where the object may be gone, as somebody was removing it. `leave_bucket`: the object is to go, as enough
    /// nodes have the blob; whether it is. `take_leaving`: which objects to remove now.
    private static let leaving = """

        create function add_bucket_copy(in_store int, blob_digest bytea, age interval) returns smallint
        language plpgsql as $$
        declare old record;
        begin
            perform from blob where digest = blob_digest for no key update;
            if not found then return null; end if;
            select * into old from blob_leaving where store = in_store and digest = blob_digest for update;
            if found then
                if old.taken_at is not null and (old.removed_at is null or old.removed_at > now() - age) then
                    return 0;
                end if;
                delete from blob_leaving where store = in_store and digest = blob_digest;
            end if;
            return add_copy(in_store, blob_digest);
        end $$;

        create function leave_bucket(in_store int, blob_digest bytea) returns boolean language plpgsql as $$
        declare
            folders int;
            have int;
            want int;
        begin
            select wanted into want from blob where digest = blob_digest for no key update;
            if not found then return true; end if;
            select count(*) into folders from blob_store where not is_bucket and not is_lost;
            select count(*) into have from blob_copy c join blob_store s on s.id = c.store
            where c.digest = blob_digest and not s.is_bucket and not s.is_lost and s.seen_at > now() - interval '60 s';
            if have < greatest(1, least(want, folders)) then return false; end if;
            perform drop_copies(in_store, array[blob_digest]);
            insert into blob_leaving (store, digest) values (in_store, blob_digest)
            on conflict (store, digest) do update set taken_at = null, removed_at = null;
            return true;
        end $$;

        create function take_leaving(in_store int, most int) returns setof bytea language sql as $$
            update blob_leaving l set taken_at = now(), removed_at = null
            where l.store = in_store and l.digest = any (array(
                select digest from blob_leaving w
                where w.store = in_store and w.removed_at is null
                    and (w.taken_at is null or w.taken_at < now() - interval '10 minutes')
                    and not exists (select from blob_copy c where c.store = in_store and c.digest = w.digest)
                limit most for update skip locked))
            returning l.digest
        $$;
        """

    private static let expireBlobs = """

        create or replace function expire_blobs(most int) returns int language plpgsql as $$
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
            insert into blob_leaving (store, digest)
            select c.store, c.digest from blob_copy c join blob_store s on s.id = c.store
            where s.is_bucket and c.digest = any (digests)
            on conflict (store, digest) do update set taken_at = null, removed_at = null;
            delete from blob where digest = any (digests);
            get diagnostics deleted = row_count;
            return deleted;
        end $$;
        """
}
