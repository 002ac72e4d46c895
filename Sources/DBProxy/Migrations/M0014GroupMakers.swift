extension Migration {
    /// Who made a group, whoever leads it now; and how many groups a user may be in.
    ///
    /// Nodes of the version before go on: they add groups without a maker, which the trigger notes, count by the
    /// creator, change members by the old function, and know no bound of memberships.
    static let groupMakers = Migration(number: 14, name: "group makers", worksFrom: 4, sql: """
        alter table chat_group add column made_by int;
        update chat_group set made_by = creator_id;
        alter table chat_group alter column made_by set not null;
        create index chat_group_maker on chat_group (made_by) where type = 2 and not deleted;

        create function note_maker() returns trigger language plpgsql as $$
        begin
            new.made_by := new.creator_id;
            return new;
        end $$;
        create trigger note_maker before insert on chat_group for each row
            when (new.made_by is null) execute function note_maker();
        """ + crowdedUsers + createGroup + changeMembers)

    /// Those of the users who are in as many groups as one may be. Their rows are locked by the caller: of two changes
    /// at once the second sees what the first did.
    private static let crowdedUsers = """

        create function crowded_users(users int[], max_groups int) returns int[] language sql as $$
            select coalesce(array_agg(u.id order by u.id), '{}') from unnest(users) u (id)
            where max_groups <= (
                select count(*) from member m
                where m.user_id = u.id and m.conversation_id < 4294967296 and m.left_at_id is null)
        $$;
        """

    /// Makes a group of those who exist. Nothing comes back if there is none, or if the maker has as many temporary
    /// groups as he may; of users who are in too many groups only they.
    private static let createGroup = """

        create function create_group(
            group_name text, group_avatar text, maker int, group_type smallint, wanted int[], max_made int,
            max_groups int, out made int, out members int[], out crowded int[])
        language plpgsql as $$
        begin
            perform from account where id = any (wanted) or id = maker order by id for no key update;
            members := array(select id from account where id = any (wanted) and status <> 3 order by id);
            if members = '{}' or max_made <= (
                select count(*) from chat_group where made_by = maker and type = 2 and not deleted)
            then return; end if;
            crowded := crowded_users(members, max_groups);
            if crowded <> '{}' then return; end if;

            insert into chat_group (name, avatar, creator_id, made_by, type, updated_at)
            values (group_name, group_avatar, maker, maker, group_type, extract(epoch from now())::bigint)
            returning id into made;
            insert into conversation (id, updated_at) values (made, extract(epoch from now())::bigint);
            insert into member (conversation_id, user_id) select made, unnest(members);
        end $$;
        """

    /// As `change_members` before, and what belongs to it: if the creator leaves, the group goes to the one who has
    /// been in it for longest, rather to one who can log in; or it ends, as in `dissolve_group`, with its last members.
    /// Nothing comes back if the group was changed since it was judged.
    ///
    /// The conversation is locked before the accounts, as `change_members` locks it once more.
    private static let changeMembers = """

        create function change_members(
            group_id int, judged_version int, adding int[], removing int[], ends boolean, max_groups int,
            out new_version int, out crowded int[])
        language plpgsql as $$
        begin
            perform from conversation where id = group_id for no key update;
            if not exists (select from chat_group where id = group_id and version = judged_version and not deleted)
            then return; end if;
            if adding <> '{}' then
                perform from account where id = any (adding) order by id for no key update;
                crowded := crowded_users(adding, max_groups);
                if crowded <> '{}' then return; end if;
            end if;

            new_version := change_members(group_id, judged_version, adding, removing);
            if new_version is null then return; end if;
            if ends then
                update chat_group set deleted = true where id = group_id;
            elsif removing <> '{}' then
                update chat_group g set creator_id = heir.user_id
                from (
                    select m.user_id from member m left join account a on a.id = m.user_id
                    where m.conversation_id = group_id and m.left_at_id is null
                    order by coalesce(a.status, 3) = 3, m.joined_at_id, m.user_id limit 1) heir
                where g.id = group_id and g.creator_id = any (removing);
            end if;
        end $$;
        """
}
