extension Migration {
    /// What single users may store and hand out, where that is not what everybody may. And who is about to put an
    /// object into a bucket says so first: if nothing is heard of it any more, as its node died or the database was
    /// away, the object goes a day later.
    static let quotas = Migration(number: 28, name: "quotas", worksFrom: 4, sql: tables + beginCopy + leaving)

    private static let tables = """
        create table user_quota (
            user_id int primary key references account on delete cascade,
            -- Null: as much as everybody.
            picture_bytes bigint check (picture_bytes >= 0),
            daily_file_bytes bigint check (daily_file_bytes >= 0)
        );
        -- Somebody began to put the object there. Longer than a day it takes nobody.
        alter table blob_leaving add column put_at timestamptz;
        create index blob_leaving_put on blob_leaving (store, put_at) where put_at is not null;

        """

    /// `add_bucket_copy` forgets it again, where the object counts.
    private static let beginCopy = """

        create function begin_bucket_copy(in_store int, blob_digest bytea) returns void language sql as $$
            insert into blob_leaving (store, digest, put_at) values (in_store, blob_digest, now())
            on conflict (store, digest) do update set put_at = now()
        $$;
        """

    /// Also those that were put, and of which nothing was heard since. An object that is being put is left alone,
    /// unless somebody has begun to remove it and has died over it: until that is done it cannot count.
    private static let leaving = """

        create or replace function take_leaving(in_store int, most int) returns setof bytea
        language plpgsql as $$
        declare going bytea[];
        begin
            delete from blob_leaving l
            where l.store = in_store and l.put_at < now() - interval '1 day'
                and exists (select from blob_copy c where c.store = in_store and c.digest = l.digest);
            going := array(
                select w.digest from blob_leaving w
                where w.store = in_store and w.removed_at is null and (w.put_at is null or w.taken_at is not null)
                    and (w.taken_at is null or w.taken_at < now() - interval '10 minutes')
                    and not exists (select from blob_copy c where c.store = in_store and c.digest = w.digest)
                limit most for update skip locked)
                || array(
                select w.digest from blob_leaving w
                where w.store = in_store and w.put_at < now() - interval '1 day'
                limit most for update skip locked);
            return query
                update blob_leaving l set taken_at = now(), removed_at = null, put_at = null
                where l.store = in_store and l.digest = any (going)
                returning l.digest;
        end $$;
        """
}
