import Administration
import DBProxy
import Primitives
import TalkProtocol

/// Whom people mean: a name, or a number with `#` before it, as names may consist of digits.
extension Verb {
    /// What help says of such an operand.
    static let userReference = "USER is a name, or a number such as '#7'"

    /// - Parameter text: as people type it; a number need not be that of a user.
    static func number(ofUser text: String, _ call: Invocation) throws -> UInt32 {
        if let number = Administrator.number(text) { return number }
        guard let user = try call.administrator().user(text) else { throw AdministrationError.unknownUsers([text]) }
        return user.id.rawValue
    }

    /// What has a number only.
    static func number(_ text: String, _ call: Invocation) throws -> UInt32 {
        guard let number = Administrator.number(text) else {
            throw call.verb.misuse("\(text): expected a number such as '#7'")
        }
        return number
    }

    static func number(ofDepartment text: String, _ call: Invocation) throws -> UInt32 {
        try Administrator.number(text) ?? call.administrator().department(text).id.rawValue
    }

    /// A node in a path of the API. No node is called by digits alone (`NodeSettings.name`).
    static func path(ofNode text: String, _ call: Invocation) throws -> String {
        if let number = Administrator.number(text) { return "/admin/v1/nodes/\(number)" }
        if UInt32(text) != nil { throw call.verb.misuse("\(text): the number of a node is written '#\(text)'") }
        return "/admin/v1/nodes/\(AdminPort.segment(text))"
    }
}
