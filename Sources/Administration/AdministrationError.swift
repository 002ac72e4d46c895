public import DBProxy

/// Why something that an operator asked for was not done.
public enum AdministrationError: Error, Equatable, Sendable {
    /// With the reason that libpq or the server gives.
    case unreachable(String)
    /// The database has the tables of another version.
    case wrongSchema(found: Int32, needed: Int32)
    /// The call failed, or its outcome is not known.
    case database(DatabaseError)
    case badName(String, reason: String)
    case badPassword(reason: String)
    case nameTaken(String)
    case unknownUsers([String])
    case unknownDepartment(String)
    /// Several departments have this name.
    case ambiguousDepartment(String, ids: [UInt32])
    case departmentNameTaken(String)
    case tooManyMembers(Int, limit: Int)
    /// These users are in as many groups as one may be.
    case tooManyGroups([String], limit: Int)
    case tokenNameTaken(String)
    case unknownToken(String)
    /// OpenSSL gave no random bytes.
    case noToken
    /// OpenSSL refused to compute a password's stored form.
    case noPasswordHash
}
