public import TalkProtocol

public struct Department: Sendable, Equatable {
    public let id: DepartmentID
    public let name: String
    public let priority: UInt32
    public let parentID: DepartmentID
    public let deleted: Bool
    public let stamp: Int64
}

/// How the making or the renaming of a department ended.
public enum DepartmentNaming: Sendable, Equatable {
    case named(DepartmentID)
    /// Beside it, in whatever case.
    case nameTaken
    /// The department, or the one above it.
    case unknown
}

/// How the end of a department ended.
public enum DepartmentEnd: Sendable, Equatable {
    case deleted
    case unknown
    /// Users and departments that belong to it.
    case inUse(users: Int, departments: Int)
}

/// The tree of the directory.
extension Database {
    private static let changedDepartments = Statement(
        "changed_departments",
        """
        select id, name, priority, parent_id, deleted, stamp from department
        where stamp > $1::bigint order by stamp, id
        """)

    public func changedDepartments(after stamp: Int64, _ completion: @escaping Completion<[Department]>) {
        var parameters = Parameters()
        parameters.add(stamp)
        query(Self.changedDepartments, parameters, completion) { rows in
            var departments: [Department] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let id: DepartmentID = row.value(0), let name = row.text(1), let priority: UInt32 = row.value(2),
                    let parent: DepartmentID = row.value(3), let deleted = row.bool(4), let stamp = row.int64(5)
                else { return nil }
                departments.append(
                    Department(
                        id: id, name: name, priority: priority,
                        parentID: parent, deleted: deleted, stamp: stamp))
            }
            return departments
        }
    }

    private static let addDepartment = Statement(
        "add_department",
        """
        with u as materialized (
            select 1 where $2::int = 0
                or exists (select from department where id = $2::int and not deleted for key share)
        ), taken as materialized (
            select exists (
                select from department where parent_id = $2::int and not deleted and lower(name) = lower($1::text)
            ) as it_is
        ), named as (
            insert into department (name, parent_id, stamp)
            select $1::text, $2::int, next_stamp() from u where not (select it_is from taken)
            returning id
        )
        select it_is, (select id from named) from taken
        """)

    /// Makes a department below another, or at the top with parent 0.
    public func addDepartment(
        _ name: String, parentID: DepartmentID, _ completion: @escaping Completion<DepartmentNaming>
    ) {
        var parameters = Parameters()
        parameters.add(name)
        parameters.add(parentID)
        query(Self.addDepartment, parameters, within: configuration.writeDeadline, completion, Self.readNaming)
    }

    static func readNaming(_ rows: Rows) -> DepartmentNaming? {
        guard rows.count == 1, let isTaken = rows[0].bool(0) else { return nil }
        if isTaken { return .nameTaken }
        return rows[0].value(1).map { .named($0) } ?? .unknown
    }

    private static let renameDepartment = Statement(
        "rename_department",
        """
        with d as materialized (
            select id, parent_id from department where id = $1::int and not deleted for no key update
        ), taken as materialized (
            select exists (
                select from department o join d on o.parent_id = d.parent_id and o.id <> d.id
                where not o.deleted and lower(o.name) = lower($2::text)) as it_is
        ), named as (
            update department u set name = $2::text, stamp = next_stamp() from d
            where u.id = d.id and not (select it_is from taken) returning u.id
        )
        select it_is, (select id from named) from taken
        """)

    public func renameDepartment(
        _ id: DepartmentID, to name: String, _ completion: @escaping Completion<DepartmentNaming>
    ) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(name)
        query(
            Self.renameDepartment, parameters, within: configuration.writeDeadline, completion, Self.readNaming)
    }

    private static let deleteDepartment = Statement(
        "delete_department", "select known, users, below from delete_department($1::int, $2::boolean)")

    /// Deletes a department to which nothing belongs.
    /// - Parameter isTrial: only finds out whether that would be done.
    public func deleteDepartment(
        _ id: DepartmentID, isTrial: Bool, _ completion: @escaping Completion<DepartmentEnd>
    ) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(isTrial)
        query(Self.deleteDepartment, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1, let exists = rows[0].bool(0), let users = rows[0].int32(1),
                let departments = rows[0].int32(2)
            else { return nil }
            if !exists { return .unknown }
            return users + departments == 0 ? .deleted : .inUse(users: Int(users), departments: Int(departments))
        }
    }
}
