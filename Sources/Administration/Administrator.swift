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
        _ name: String, nick: String, departmentID: DepartmentID, password: String
    ) throws(AdministrationError) -> UserID {
        let user = NewUser(
            name: try Self.checked(name, as: .user), password: try Self.stored(password),
            nick: try Self.checked(nick, as: .nick), departmentID: departmentID)
        switch try database.call({ $0.makeUser(user, $1) }) {
        case .made(let id): return id
        case .nameTaken: throw .nameTaken(name)
        case .unknownDepartment: throw .unknownDepartment("#\(departmentID.rawValue)")
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
        _ = try Self.checked("\(prefix)\(count)", as: .user)
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
        let name = try known(reference).name
        let stored = try Self.stored(password)
        guard try database.call({ $0.setPassword(stored, of: name, $1) }) else { throw .unknownUsers([reference]) }
    }

    /// Also for a user who is disabled already.
    public func disableUser(_ reference: String) throws(AdministrationError) {
        let name = try known(reference).name
        guard try database.call({ $0.disableUser(name, $1) }) else { throw .unknownUsers([reference]) }
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
        let name = try Self.checked(name, as: .group)
        let references = Set(([creator] + members).map(\.inNormalForm))
        guard references.count <= GroupRules.maxMembers else {
            throw .tooManyMembers(references.count, limit: GroupRules.maxMembers)
        }
        let users = try activeUsers([creator] + members)
        let ids = users.map(\.id)
        let making = try database.call {
            $0.createGroup(name: name, avatar: "", creator: ids[0], type: type, members: ids, $1)
        }
        switch making {
        case .made(let id, let members): return (id, members.count)
        // All have left in the moment between.
        case .refused: throw .unknownUsers(references.sorted())
        case .tooManyGroups(let crowded):
            let names = users.filter { crowded.contains($0.id) }.map(\.name)
            throw .tooManyGroups(names, limit: Int(Database.maxGroupsOfMember))
        }
    }

    /// The oldest first.
    public func groups(limit: Int) throws(AdministrationError) -> [GroupSummary] {
        try database.call { $0.groups(limit: limit, $1) }
    }

    // MARK: Departments

    /// - Parameter parentID: 0 for a department at the top.
    public func addDepartment(_ name: String, parentID: DepartmentID) throws(AdministrationError) -> DepartmentID {
        let name = try Self.checked(name, as: .department)
        switch try database.call({ $0.addDepartment(name, parentID: parentID, $1) }) {
        case .named(let id): return id
        case .nameTaken: throw .departmentNameTaken(name)
        case .unknown: throw .unknownDepartment("#\(parentID.rawValue)")
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

    /// A name as it is stored.
    private static func checked(_ name: String, as rule: NameRule) throws(AdministrationError) -> String {
        let name = name.inNormalForm
        if let reason = rule.flaw(in: name) { throw .badName(name, reason: reason) }
        return name
    }

    private static func stored(_ password: String) throws(AdministrationError) -> String {
        if let reason = AccountPassword.flaw(in: password) { throw .badPassword(reason: reason) }
        return try AccountPassword.stored(password)
    }
}
