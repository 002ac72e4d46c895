import Crypto
import DBProxy
import HTTPCore
import Log
import Primitives

/// Notes every write before it is made and how it ended, and knows the answers of writes that are repeated under
/// their `Idempotency-Key`. Confined to its loop.
///
/// What is noted first cannot be done unseen: of a write whose end is not known the note stays without an outcome.
final class WriteLedger {
    /// A write under way.
    struct Entry {
        let record: WriteRecord
        /// `nil`: the database could not take it.
        let id: Int64?
    }

    enum Opening {
        case go(Entry)
        /// It was done before.
        case repeated(HTTPStatus, JSON)
        case refused(Problem)
    }

    private static let keyLengths = 1...128

    private let database: Database
    private let log: Logger
    private let key: [UInt8]

    /// - Parameter key: of the digests of requests; a body may hold a password, which nobody should be able to guess
    ///   from a digest.
    init(_ database: Database, key: [UInt8], log: Logger) {
        self.database = database
        self.key = key
        self.log = log
    }

    /// Notes a write whose key was checked.
    /// - Parameter isUrgent: done also when the database does not answer; the log is then the only note.
    func open(
        _ request: HTTPRequest, _ record: WriteRecord, isUrgent: Bool, _ completion: @escaping (Opening) -> Void
    ) {
        let name = request.headers["idempotency-key"]
        let text = [UInt8]("\(request.method.rawValue) \(request.target)\n".utf8) + request.body
        let key = key
        let digest = HMACSHA256.code(text.rawBytes, key: key.rawBytes)
        database.openWrite(record, key: name.map { ($0, digest) }) { result in
            switch result {
            case .success(.opened(let id)): completion(.go(Entry(record: record, id: id)))
            case .success(.done(let status, let answer)):
                guard let status = HTTPStatus(rawValue: status), let json = JSON(reading: answer) else {
                    return completion(.refused(Problem(.internalError, "the stored answer cannot be read")))
                }
                completion(.repeated(status, json))
            case .success(.otherRequest):
                completion(.refused(Problem(.keyReused, "this Idempotency-Key was given with another request")))
            case .success(.unfinished):
                completion(
                    .refused(Problem(
                        .keyUnfinished,
                        "the first request with this Idempotency-Key is under way, or its end is not known: look "
                            + "whether it was done, then take another key")))
            case .failure where isUrgent: completion(.go(Entry(record: record, id: nil)))
            case .failure(let error): completion(.refused(Problem(error)))
            }
        }
    }

    /// Whether the key of a request, if it has one, can be one.
    static func check(_ request: HTTPRequest, _ route: Route) throws(Problem) {
        guard let name = request.headers["idempotency-key"] else { return }
        if route.givesSecret {
            throw Problem(.invalid, "this page takes no Idempotency-Key: its answer holds a secret, and is not kept")
        }
        if !route.takesKey {
            throw Problem(.invalid, "Idempotency-Key is for POST only: repeat this request as it is")
        }
        guard keyLengths.contains(name.utf8.count), name.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw Problem(.invalid, "Idempotency-Key must have 1 to 128 printable characters")
        }
    }

    /// - Parameter isRepeatable: nothing was changed, so the key is free again.
    func close(
        _ entry: Entry, _ status: HTTPStatus, _ answer: [UInt8], isRepeatable: Bool, _ completion: @escaping () -> Void
    ) {
        let record = entry.record
        log.info(
            "admin_audited", "a request to the administration port was noted in the audit",
            [
                "token": .string(record.token), "method": .string(record.method), "path": .string(record.path),
                "status": .int(status.rawValue), "trace": .string(record.requestID),
            ])
        guard let id = entry.id else { return completion() }
        // Without an answer under the key, a repeated request learns that the end is not known.
        let isKnown = status.rawValue < 500
        database.closeWrite(
            id, status: status.rawValue, answer: isKnown ? answer : nil, freesKey: isRepeatable
        ) { [log] result in
            if case .failure = result {
                log.error(
                    "audit_unfinished", "the outcome of a write could not be noted",
                    ["trace": .string(record.requestID)])
            }
            completion()
        }
    }
}
