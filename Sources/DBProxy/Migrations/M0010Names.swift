extension Migration {
    /// Names are found by their bytes, so they are stored in one form, Unicode's normal form C, and names that differ
    /// only in the case of their letters are the same name.
    ///
    /// What is there stays: where names of users or departments clash already, the index is not unique, and only the
    /// statements that make and rename them look (`talkctl verify` tells which names clash). A name that another user
    /// has in the normal form keeps the form in which nobody can log in by typing it.
    static let names = Migration(number: 10, name: "names", worksFrom: 4, sql: """
        do $$
        declare
            form record;
        begin
            -- Other encodings know no normal form.
            if (select pg_encoding_to_char(encoding) from pg_database where datname = current_database()) = 'UTF8' then
                for form in select id, normalize(name, nfc) as name from account where name is not nfc normalized
                    order by id
                loop
                    update account set name = form.name, stamp = next_stamp()
                    where id = form.id and not exists (select from account a where a.name = form.name);
                end loop;
                update department set name = normalize(name, nfc) where name is not nfc normalized;
                update chat_group set name = normalize(name, nfc) where name is not nfc normalized;
            end if;

            begin
                create unique index account_name_folded on account (lower(name));
            exception when unique_violation then
                create index account_name_folded on account (lower(name));
            end;
            begin
                create unique index department_name_folded on department (parent_id, lower(name)) where not deleted;
            exception when unique_violation then
                create index department_name_folded on department (parent_id, lower(name)) where not deleted;
            end;
        end $$
        """)
}
