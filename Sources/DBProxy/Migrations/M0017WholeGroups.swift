extension Migration {
    /// Groups are made and joined whole or not at all: if some of the users do not exist, or have left, only they come
    /// back, and nothing is done. Whatever nobody made counts for no maker.
    ///
    /// Nodes of the version before go on with the functions as they were, which pass such users over.
    static let wholeGroups = Migration(
        number: 17, name: "whole groups", worksFrom: 4, sql: crowdedUsers + makeGroup + changeGroupMembers)

    /// As before, but for a maker of 0.
    private static let crowdedUsers = """

        create or replace function crowded_users(
            users int[], maker int, group_type smallint, max_groups int, max_of_maker int)
        returns int[] language sql as $$
            select coalesce(array_agg(u.id order by u.id), '{}')
            from unnest(users) u (id) cross join lateral (
                select count(*) as groups, count(*) filter (where g.made_by = maker) as of_maker
                from member m join chat_group g on g.id = m.conversation_id
                where m.user_id = u.id and m.conversation_id < 4294967296 and m.left_at_id is null
                    and g.type = group_type and (g.type = 1 or g.made_by <> u.id)) c
            where (group_type = 1 or u.id <> maker)
                and (c.groups >= max_groups or group_type = 2 and maker <> 0 and c.of_maker >= max_of_maker)
        $$;

        create function unknown_users(users int[]) returns int[] language sql as $$
            select coalesce(array_agg(u.id order by u.id), '{}') from unnest(users) u (id)
            where not exists (select from account a where a.id = u.id and a.status <> 3)
        $$;
        """

    /// What `create_group` is to nodes of before. Accounts are locked in one order.
    private static let makeGroup = """

        create function make_group(
            group_name text, group_avatar text, maker int, group_type smallint, wanted int[], max_made int,
            max_groups int, max_of_maker int, out made int, out members int[], out crowded int[], out unknown int[])
        language plpgsql as $$
        begin
            perform from account where id = any (wanted) order by id for no key update;
            unknown := unknown_users(wanted);
            if unknown <> '{}' then return; end if;
            select c.made, c.members, c.crowded into made, members, crowded
            from create_group(
                group_name, group_avatar, maker, group_type, wanted, max_made, max_groups, max_of_maker) c;
        end $$;
        """

    /// The same for `change_members`. The conversation is locked before the accounts, as there.
    private static let changeGroupMembers = """

        create function change_group_members(
            group_id int, judged_version int, adding int[], removing int[], ends boolean, max_groups int,
            max_of_maker int, out new_version int, out crowded int[], out unknown int[])
        language plpgsql as $$
        begin
            perform from conversation where id = group_id for no key update;
            if not exists (select from chat_group where id = group_id and version = judged_version and not deleted)
            then return; end if;
            perform from account where id = any (adding) order by id for no key update;
            unknown := unknown_users(adding);
            if unknown <> '{}' then return; end if;
            select c.new_version, c.crowded into new_version, crowded
            from change_members(group_id, judged_version, adding, removing, ends, max_groups, max_of_maker) c;
        end $$;
        """
}
