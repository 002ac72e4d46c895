import Crypto
import DBProxy
public import Primitives

/// The audit of what is done without a node.
extension Administrator {
    /// In the place of a token's name, which no token can have: it has a dot.
    private static let auditName = "talkctl.local"
    /// In the place of the method of a request.
    private static let method = "RUN"

    /// Notes what is about to be done; returns the number of the note.
    /// - Parameters:
    ///   - command: without what was given to it.
    ///   - user: of the machine.
    ///   - request: without secrets.
    public func note(_ command: String, by user: String, _ request: JSON) throws(AdministrationError) -> Int64 {
        let id = try Self.requestID()
        let body = JSON.object([("user", .string(user)), ("request", request)])
        let record = WriteRecord(
            token: Self.auditName, method: Self.method, path: command, request: body.bytes, requestID: id)
        let opening = try database.call { $0.openWrite(record, key: nil, $1) }
        guard case .opened(let note) = opening else { throw .database(.unexpectedAnswer) }
        return note
    }

    private static func requestID() throws(AdministrationError) -> String {
        do throws(CryptoError) {
            let bytes = try randomBytes(8)
            return Hex.encode(bytes.rawBytes)
        } catch {
            throw .noToken
        }
    }

    /// Should this fail, the audit says that the end is not known.
    public func close(_ note: Int64, status: Int) {
        _ = try? database.call { $0.closeWrite(note, status: status, answer: nil, freesKey: false, $1) }
    }
}
