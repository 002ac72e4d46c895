import Accounts
import Crypto
public import DBProxy
import Directory
import Primitives
public import TalkProtocol

/// What operators do with users, groups and departments by the rules of `Directory`, straight in the database: it works
/// while no node runs, and of what is done here clients hear nothing from a node that does it either.
///
/// Every call waits for its answer. Passwords come as people type them and are stored as the nodes expect them.
public final class Administrator: Sendable {
    /// Users who get one stamp together: clients fetch the list of users in pages that end between two stamps.
    private static let usersPerStamp = 500

    let database: BlockingDatabase

    /// Connects. The schema must be one with which this program works.
    public init(_ address: PostgresAddress) throws(AdministrationError) {
        let schema: SchemaVersion
        do throws(Migrator.Failure) {
            schema = try Migrator(address).schema()
        } catch {
            throw .unreachable(error.description)
        }
        if schema.isTooOld || schema.isTooNew {
            throw .wrongSchema(found: schema.number, needed: Migrator.latest)
        }
        var configuration = Database.Configuration(address: address, applicationName: "talkctl")
        configuration.queryConnections = 1
        configuration.readDeadline = .seconds(5)
        configuration.writeDeadline = .seconds(10)
        database = try BlockingDatabase(configuration)
    }

    deinit {
        database.close()
    }

    // MARK: Users

    public func addUser(
        _ name: String, nick: String, departmentID: DepartmentID, password: String
    ) throws(AdministrationError) -> UserID {
        let user = NewUser(name: name, password: try Self.stored(password), nick: nick, departmentID: departmentID)
        do throws(DirectoryError) {
            return try database.order { Users($0).make(user, $1) }
        } catch {
            throw AdministrationError(error, about: name, department: departmentID)
        }
    }

    /// What a seed has done.
    public struct Seeded: Equatable, Sendable {
        public let made: Int
        /// Names that were taken before.
        public let present: Int
    }

    /// Makes the users prefix1, prefix2 … for load tests, spread over the departments. Their passwords are cheap to
    /// check, and only nodes with the setting `load_test` take them.
    /// - Parameter progress: called with the number of users done so far.
    public func seedUsers(
        prefix: String, count: Int, password: String, progress: (Int) -> Void
    ) throws(AdministrationError) -> Seeded {
        let prefix = prefix.inNormalForm
        if let reason = NameRule.user.flaw(in: "\(prefix)\(count)") { throw .badName(prefix, reason: reason) }
        let departments = try departments().map(\.id)
        let secret = try AccountPassword.secret(password)
        var made = 0
        for first in stride(from: 1, through: count, by: Self.usersPerStamp) {
            var users: [NewUser] = []
            for number in first...min(count, first + Self.usersPerStamp - 1) {
                let name = "\(prefix)\(number)"
                let department = departments.isEmpty ? 0 : departments[number % departments.count]
                let password = try AccountPassword.stored(secret: secret, cost: .loadTest)
                users.append(NewUser(name: name, password: password, nick: name, departmentID: department))
            }
            let batch = users
            made += try database.call { $0.addUsers(batch, $1) }
            progress(first + users.count - 1)
        }
        return Seeded(made: made, present: count - made)
    }

    /// - Parameter reference: a name, or `#7` for user number 7.
    public func setPassword(_ password: String, of reference: String) throws(AdministrationError) {
        let user = try known(reference).id
        let stored = try Self.stored(password)
        try change(reference) { Users($0).setPassword(stored, of: user, $1) }
    }

    /// Also for a user who is disabled already.
    public func disableUser(_ reference: String) throws(AdministrationError) {
        let user = try known(reference).id
        try change(reference) { Users($0).disable(user, $1) }
    }

    private func change(
        _ reference: String, _ order: @escaping @Sendable (Database, @escaping DirectoryCompletion<Void>) -> Void
    ) throws(AdministrationError) {
        do throws(DirectoryError) {
            try database.order(order)
        } catch {
            throw AdministrationError(error, about: reference)
        }
    }

    /// Also one who has left.
    private func known(_ reference: String) throws(AdministrationError) -> Profile {
        guard let user = try user(reference) else { throw .unknownUsers([reference]) }
        return user
    }

    /// In the order of their names.
    public func users(prefix: String, limit: Int) throws(AdministrationError) -> [Profile] {
        let prefix = prefix.inNormalForm
        return try database.call { $0.users(prefix: prefix, limit: limit, $1) }
    }

    /// - Parameter reference: a name, or `#7` for user number 7.
    /// - Returns: `nil` if there is none; also one who has left.
    public func user(_ reference: String) throws(AdministrationError) -> Profile? {
        try users([reference])[0]
    }

    /// The same for several, in their order.
    public func users(_ references: [String]) throws(AdministrationError) -> [Profile?] {
        let numbers = references.map(Self.number)
        let ids = numbers.compactMap(\.self).map { UserID($0) }
        let byNumber = Dictionary(
            try ids.isEmpty ? [] : database.call { $0.profiles(of: ids, $1) }.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first })
        let names = zip(references, numbers).compactMap { $1 == nil ? $0.inNormalForm : nil }
        var byName = try (names.isEmpty ? [] : database.call { $0.users(named: names, $1) })[...]
        return numbers.map { number in
            if let number { return byNumber[UserID(number)] }
            return byName.popFirst() ?? nil
        }
    }

    /// Those who are active, each once.
    func activeUsers(_ references: [String]) throws(AdministrationError) -> [Profile] {
        let found = try users(references)
        let unknown = zip(references, found).filter { $1?.hasLeft != false }.map(\.0)
        guard unknown.isEmpty else { throw .unknownUsers(unknown) }
        var seen: Set<UserID> = []
        return found.compactMap(\.self).filter { seen.insert($0.id).inserted }
    }

    /// What `#7` means; a name of digits is a name.
    public static func number(_ reference: String) -> UInt32? {
        reference.utf8.first == UInt8(ascii: "#") ? UInt32(reference.dropFirst()) : nil
    }

    // MARK: Groups

    /// Makes a group; its creator is a member in any case.
    public func createGroup(
        _ name: String, creator: String, members: [String], type: GroupType
    ) throws(AdministrationError) -> (id: GroupID, memberCount: Int) {
        let references = Set(([creator] + members).map(\.inNormalForm))
        guard references.count <= GroupRules.maxMembers else {
            throw .tooManyMembers(references.count, limit: GroupRules.maxMembers)
        }
        let users = try activeUsers([creator] + members)
        let group = NewGroup(
            name: name, avatar: "", creator: users[0].id, type: type, members: users.map(\.id))
        do throws(DirectoryError) {
            // Nobody is told of a new group, so it makes no difference that no node is asked.
            let made = try database.order { Groups($0) { _ in }.make(group, $1) }
            return (made.0, made.1.count)
        } catch {
            throw AdministrationError(error, about: name, users: users)
        }
    }

    /// The oldest first.
    public func groups(limit: Int) throws(AdministrationError) -> [GroupSummary] {
        try database.call { $0.groups(limit: limit, $1) }
    }

    // MARK: Departments

    /// - Parameter parentID: 0 for a department at the top.
    public func addDepartment(_ name: String, parentID: DepartmentID) throws(AdministrationError) -> DepartmentID {
        do throws(DirectoryError) {
            return try database.order { Departments($0).make(name, below: parentID, $1) }
        } catch {
            throw AdministrationError(error, about: name, department: parentID)
        }
    }

    public func departments() throws(AdministrationError) -> [Department] {
        try database.call { $0.changedDepartments(after: 0, $1) }.filter { !$0.deleted }.sorted { $0.id < $1.id }
    }

    /// - Parameter reference: a name, or `#7` for department number 7.
    public func department(_ reference: String) throws(AdministrationError) -> Department {
        let (number, name) = (Self.number(reference), reference.inNormalForm)
        let found = try departments().filter { department in
            number.map { department.id.rawValue == $0 } ?? department.name.utf8.elementsEqual(name.utf8)
        }
        guard let first = found.first else { throw .unknownDepartment(reference) }
        guard found.count == 1 else { throw .ambiguousDepartment(reference, ids: found.map(\.id.rawValue)) }
        return first
    }

    // MARK: Tokens

    /// Makes a token of the administration API; it is shown once and stored nowhere.
    public func createToken(_ name: String, scopes: [String]) throws(AdministrationError) -> String {
        if let reason = AdminToken.flaw(inName: name) { throw .badName(name, reason: reason) }
        let token = try Self.make(.admin)
        let hash = TokenForm.digest(of: token)
        guard try database.call({ $0.addAdminToken(name, hash: hash, scopes: scopes, $1) }) else {
            throw .tokenNameTaken(name)
        }
        return token
    }

    /// By name, revoked ones too.
    public func tokens() throws(AdministrationError) -> [AdminTokenRecord] {
        try database.call { $0.adminTokens($1) }
    }

    /// Also for one that is revoked already. Nodes notice within seconds.
    public func revokeToken(_ name: String) throws(AdministrationError) {
        guard try database.call({ $0.revokeAdminToken(name, $1) }) else { throw .unknownToken(name) }
    }

    // MARK: Nodes

    /// All that were seen within a week.
    public func nodes() throws(AdministrationError) -> [NodePlace] {
        try database.call { $0.nodePlaces($1) }
    }

    // MARK: Checks

    private static func stored(_ password: String) throws(AdministrationError) -> String {
        if let reason = AccountPassword.flaw(in: password) { throw .badPassword(reason: reason) }
        return try AccountPassword.stored(password)
    }
}
