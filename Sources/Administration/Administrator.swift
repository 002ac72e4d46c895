import Accounts
import Crypto
public import DBProxy
import Directory
import Primitives
public import TalkProtocol

/// What operators do with users, groups and departments, straight in the database: it works while no node runs, and
/// nodes that run see the result at the next login or list request of a client.
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
        _ name: String, nick: String, departmentID: UInt32, password: String
    ) throws(AdministrationError) -> UserID {
        try check(name)
        try check(nick)
        let user = NewUser(
            name: name, password: try AccountPassword.stored(password), nick: nick, departmentID: departmentID)
        switch try database.call({ $0.makeUser(user, $1) }) {
        case .made(let id): return id
        case .nameTaken: throw .nameTaken(name)
        case .unknownDepartment: throw .unknownDepartment("\(departmentID)")
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
        try check("\(prefix)\(count)")
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
            made += try database.call { $0.addUsers(batch, $1) }.count
            progress(first + users.count - 1)
        }
        return Seeded(made: made, present: count - made)
    }

    public func setPassword(_ password: String, of name: String) throws(AdministrationError) {
        let stored = try AccountPassword.stored(password)
        guard try database.call({ $0.setPassword(stored, of: name, $1) }) else { throw .unknownUsers([name]) }
    }

    /// Also for a user who is disabled already.
    public func disableUser(_ name: String) throws(AdministrationError) {
        guard try database.call({ $0.disableUser(name, $1) }) else { throw .unknownUsers([name]) }
    }

    /// In the order of their names.
    public func users(prefix: String, limit: Int) throws(AdministrationError) -> [Profile] {
        try database.call { $0.users(prefix: prefix, limit: limit, $1) }
    }

    /// `nil` if there is none of exactly that name.
    public func user(_ name: String) throws(AdministrationError) -> Profile? {
        try users(prefix: name, limit: 1).first.flatMap { $0.name == name ? $0 : nil }
    }

    // MARK: Groups

    /// Makes a group; its creator is a member in any case.
    public func createGroup(
        _ name: String, creator: String, members: [String], type: GroupType
    ) throws(AdministrationError) -> (id: GroupID, memberCount: Int) {
        try check(name)
        let names = Set(members).union([creator])
        guard names.count <= GroupRules.maxMembers else {
            throw .tooManyMembers(names.count, limit: GroupRules.maxMembers)
        }
        let ids = try database.call { $0.userIDs(of: names.sorted(), $1) }
        let unknown = names.subtracting(ids.keys)
        guard unknown.isEmpty, let creatorID = ids[creator] else { throw .unknownUsers(unknown.sorted()) }
        let group = try database.call {
            $0.createGroup(name: name, avatar: "", creator: creatorID, type: type, members: Array(ids.values), $1)
        }
        // All have left in the moment between.
        guard let group else { throw .unknownUsers(names.sorted()) }
        return (group.id, group.members.count)
    }

    /// The oldest first.
    public func groups(limit: Int) throws(AdministrationError) -> [GroupSummary] {
        try database.call { $0.groups(limit: limit, $1) }
    }

    // MARK: Departments

    /// - Parameter parentID: 0 for a department at the top.
    public func addDepartment(_ name: String, parentID: UInt32) throws(AdministrationError) -> UInt32 {
        try check(name)
        guard let id = try database.call({ $0.addDepartment(name, parentID: parentID, $1) }) else {
            throw .unknownDepartment(String(parentID))
        }
        return id
    }

    public func departments() throws(AdministrationError) -> [Department] {
        try database.call { $0.changedDepartments(after: 0, $1) }.filter { !$0.deleted }.sorted { $0.id < $1.id }
    }

    /// The department with this id or, among those with this name, the oldest.
    public func department(_ idOrName: String) throws(AdministrationError) -> Department {
        let departments = try departments()
        guard
            let found = departments.first(where: { String($0.id) == idOrName })
                ?? departments.first(where: { $0.name == idOrName })
        else { throw .unknownDepartment(idOrName) }
        return found
    }

    // MARK: Tokens

    /// Makes a token of the administration API; it is shown once and stored nowhere.
    public func createToken(_ name: String, scopes: [String]) throws(AdministrationError) -> String {
        if let reason = AdminToken.flaw(inName: name) { throw .badName(name, reason: reason) }
        let token: String
        do throws(CryptoError) {
            token = try AdminToken.make()
        } catch {
            throw .noToken
        }
        let hash = AdminToken.digest(of: token)
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

    private func check(_ name: String) throws(AdministrationError) {
        if let reason = NameRule.flaw(in: name) { throw .badName(name, reason: reason) }
    }
}
