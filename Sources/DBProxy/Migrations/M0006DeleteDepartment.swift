extension Migration {
    /// Deletes a department to which nothing belongs. Whoever puts something into a department holds a key share of its
    /// row (only `addUsers`, for load tests, does not): what follows the lock sees it (read committed, one snapshot per
    /// statement). All lock departments before they take a stamp, else they could wait for each other.
    static let deleteDepartment = Migration(number: 6, name: "delete department", worksFrom: 4, sql: """
        create function delete_department(target int, is_trial boolean, out known boolean, out users int, out below int)
        language plpgsql as $$
        begin
            if is_trial then
                perform 1 from department where id = target and not deleted;
            else
                perform 1 from department where id = target and not deleted for update;
            end if;
            known := found;
            select count(*) into users from account where department_id = target and status <> 3;
            select count(*) into below from department where parent_id = target and not deleted;
            if known and users = 0 and below = 0 and not is_trial then
                update department set deleted = true, stamp = next_stamp() where id = target;
            end if;
        end $$
        """)
}
