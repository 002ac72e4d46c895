extension Migration {
    /// Deletes a department to which nothing belongs. Whoever puts something into a department holds a key share of its
    /// row: what follows the lock sees it (read committed, one snapshot per statement).
    static let deleteDepartment = Migration(number: 6, name: "delete department", sql: """
        create function delete_department(target int, is_trial boolean, out known boolean, out users int, out below int)
        language plpgsql as $$
        begin
            perform 1 from department where id = target and not deleted for update;
            known := found;
            select count(*) into users from account where department_id = target and status <> 3;
            select count(*) into below from department where parent_id = target and not deleted;
            if known and users = 0 and below = 0 and not is_trial then
                update department set deleted = true, stamp = next_stamp() where id = target;
            end if;
        end $$
        """)
}
