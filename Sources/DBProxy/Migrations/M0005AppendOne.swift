extension Migration {
    /// `append` for a batch of one, which is what a cluster that is not busy has: the same parameters, answers and
    /// promises, in two thirds of the time (`bench/append/run`). The keys are known before the statements start, so
    /// each looks into one partition of `message`, where a join over the batch must be ready for all of them.
    static let appendOne = Migration(number: 5, name: "append one", worksFrom: 4, sql: """
        create function append_one(
            conversations bigint[], senders int[], types smallint[], keys bytea[], legacy boolean[], bodies bytea[],
            time_window int, skips_locked boolean,
            out statuses smallint[], out msg_ids int[], out group_versions int[], out stored_at bigint
        ) language plpgsql as $$
        declare
            target constant bigint := conversations[1];
            key constant bytea := keys[1];
            is_group constant boolean := target < 4294967296;
            last int;
            earlier int;
            sent_at bigint;
            group_version int;
            status smallint := 1;
            number int := 0;
        begin
            if skips_locked then
                select last_msg_id into last from conversation where id = target for no key update skip locked;
            else
                select last_msg_id into last from conversation where id = target for no key update;
            end if;
            stored_at := extract(epoch from clock_timestamp())::bigint;
            if is_group then
                select version into group_version from chat_group where id = target and not deleted;
            end if;

            if last is null then
                status := case when skips_locked and exists (
                    select from conversation where id = target) then 5 else 3 end;
            else
                select msg_id, created_at into earlier, sent_at
                from message where conversation_id = target and client_key = key;
                if legacy[1] and sent_at < stored_at - time_window then
                    update message set client_key = null where conversation_id = target and client_key = key;
                    earlier := null;
                end if;
                if earlier is not null then
                    status := 2;
                    number := earlier;
                elsif is_group and (group_version is null or not exists (
                    select from member
                    where conversation_id = target and user_id = senders[1] and left_at_id is null)) then
                    status := 0;
                else
                    number := last + 1;
                    if number > 89999999 then
                        status := 4;
                    else
                        insert into message (conversation_id, msg_id, sender_id, type, created_at, client_key, body)
                        values (target, number, senders[1], types[1], stored_at, key, bodies[1]);
                        update conversation set last_msg_id = number, updated_at = stored_at where id = target;
                    end if;
                end if;
            end if;
            statuses := array[status];
            msg_ids := array[number];
            group_versions := array[coalesce(group_version, 0)];
        end $$
        """)
}
