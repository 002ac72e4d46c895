extension Migration {
    /// What is one user's, others do not use up: a session token opens one session however often it is given at once,
    /// and the groups that others put a user into leave room for his own and for those of administrators.
    ///
    /// Nodes of the version before go on with the functions as they were.
    static let oneOwner = Migration(
        number: 16, name: "one owner", worksFrom: 4, sql: recordLogins + crowdedUsers + createGroup + changeMembers)

    /// As `record_logins` before, for some who came with a token: `presented` has its hash, null for the others. It
    /// must be the one that is stored, which is replaced with the login. Rows are locked in the order in which changes
    /// of accounts lock them.
    private static let recordLogins = """

        create function record_logins(
            users int[], client_types smallint[], counts int[], token_hashes bytea[], token_days int, versions int[],
            newcomers int[], sites bytea[], presented bytea[])
        returns bigint[] language plpgsql as $$
        declare
            epochs bigint[] := array_fill(null::bigint, array[cardinality(users)]);
            raised bigint[];
            kept int[];
        begin
            if newcomers <> '{}' then
                perform from account a where a.id = any (newcomers) order by a.id for share;
            end if;
            perform from login l
            where (l.user_id, l.class) in (select i.id, i.type >> 4 from unnest(users, client_types) i (id, type))
            order by l.user_id, l.class for no key update;

            kept := array(
                select i from generate_subscripts(users, 1) i
                where presented[i] is null or exists (
                    select from login l
                    where l.user_id = users[i] and l.class = client_types[i] >> 4 and l.token_hash = presented[i])
                order by i);
            if kept = '{}' then return epochs; end if;
            raised := record_logins(
                array(select users[i] from unnest(kept) i), array(select client_types[i] from unnest(kept) i),
                array(select counts[i] from unnest(kept) i), array(select token_hashes[i] from unnest(kept) i),
                token_days, array(select versions[i] from unnest(kept) i), newcomers,
                case when sites = '{}' then sites else array(select sites[i] from unnest(kept) i) end);
            for i in 1..cardinality(kept) loop epochs[kept[i]] := raised[i]; end loop;
            return epochs;
        end $$;
        """

    /// Those of the users who have no room for another group of this maker. Normal groups and temporary ones have room
    /// of their own; of the temporary ones those count that others have made, and of one maker fewer are let in, so
    /// that nobody fills it alone. Their rows are locked by the caller: of two changes at once the second sees what the
    /// first did.
    private static let crowdedUsers = """

        create function crowded_users(users int[], maker int, group_type smallint, max_groups int, max_of_maker int)
        returns int[] language sql as $$
            select coalesce(array_agg(u.id order by u.id), '{}')
            from unnest(users) u (id) cross join lateral (
                select count(*) as groups, count(*) filter (where g.made_by = maker) as of_maker
                from member m join chat_group g on g.id = m.conversation_id
                where m.user_id = u.id and m.conversation_id < 4294967296 and m.left_at_id is null
                    and g.type = group_type and (g.type = 1 or g.made_by <> u.id)) c
            where (group_type = 1 or u.id <> maker)
                and (c.groups >= max_groups or group_type = 2 and c.of_maker >= max_of_maker)
        $$;
        """

    /// As `create_group` before, with the bounds of `crowded_users`.
    private static let createGroup = """

        create function create_group(
            group_name text, group_avatar text, maker int, group_type smallint, wanted int[], max_made int,
            max_groups int, max_of_maker int, out made int, out members int[], out crowded int[])
        language plpgsql as $$
        begin
            perform from account where id = any (wanted) or id = maker order by id for no key update;
            members := array(select id from account where id = any (wanted) and status <> 3 order by id);
            if members = '{}' or max_made <= (
                select count(*) from chat_group where made_by = maker and type = 2 and not deleted)
            then return; end if;
            crowded := crowded_users(members, maker, group_type, max_groups, max_of_maker);
            if crowded <> '{}' then return; end if;

            insert into chat_group (name, avatar, creator_id, made_by, type, updated_at)
            values (group_name, group_avatar, maker, maker, group_type, extract(epoch from now())::bigint)
            returning id into made;
            insert into conversation (id, updated_at) values (made, extract(epoch from now())::bigint);
            insert into member (conversation_id, user_id) select made, unnest(members);
        end $$;
        """

    /// The same for `change_members`, which does the rest as before.
    private static let changeMembers = """

        create function change_members(
            group_id int, judged_version int, adding int[], removing int[], ends boolean, max_groups int,
            max_of_maker int, out new_version int, out crowded int[])
        language plpgsql as $$
        begin
            perform from conversation where id = group_id for no key update;
            if not exists (select from chat_group where id = group_id and version = judged_version and not deleted)
            then return; end if;
            if adding <> '{}' then
                perform from account where id = any (adding) order by id for no key update;
                select crowded_users(adding, g.made_by, g.type, max_groups, max_of_maker) into crowded
                from chat_group g where g.id = group_id;
                if crowded <> '{}' then return; end if;
            end if;
            -- Nobody is in as many groups as that: they were counted here.
            select c.new_version into new_version
            from change_members(group_id, judged_version, adding, removing, ends, 2147483647) c;
        end $$;
        """
}
