public import Primitives

/// A write through the administration API, as it is noted.
public struct WriteRecord: Sendable, Equatable {
    /// The name of the token that allowed it.
    public let token: String
    public let method: String
    public let path: String
    /// JSON without secrets.
    public let request: [UInt8]
    public let requestID: String

    public init(token: String, method: String, path: String, request: [UInt8], requestID: String) {
        self.token = token
        self.method = method
        self.path = path
        self.request = request
        self.requestID = requestID
    }
}

/// A write that was noted.
public struct AuditEntry: Sendable, Equatable {
    public let id: Int64
    public let at: UnixTime
    public let record: WriteRecord
    /// The HTTP status; `nil`: its end is not known.
    public let outcome: Int?
}

/// What noting a write found.
public enum WriteOpening: Sendable, Equatable {
    /// Noted under this number: make it, then close it.
    case opened(Int64)
    /// It was made under its key before, with this answer.
    case done(status: Int, answer: [UInt8])
    /// The key was given with another request.
    case otherRequest
    /// The first request of the key has no answer yet.
    case unfinished
}

extension Database {
    private static let openWrite = Statement(
        "open_write",
        """
        select verdict, note, old_status, old_answer
        from open_write($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::bytea)
        """)

    /// Notes a write that is about to be made.
    /// - Parameter key: what the client calls the request, and a digest of it.
    public func openWrite(
        _ record: WriteRecord, key: (name: String, digest: [UInt8])?, _ completion: @escaping Completion<WriteOpening>
    ) {
        var parameters = Parameters()
        parameters.add(record.token)
        parameters.add(record.method)
        parameters.add(record.path)
        parameters.add(String(decoding: record.request, as: UTF8.self))
        parameters.add(record.requestID)
        parameters.add(key?.name)
        parameters.add(key?.digest)
        query(Self.openWrite, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1, let verdict = rows[0].int16(0) else { return nil }
            switch verdict {
            case 0: return rows[0].int64(1).map { .opened($0) }
            case 1:
                guard let status = rows[0].int16(2), let answer = rows[0].bytes(3) else { return nil }
                return .done(status: Int(status), answer: answer)
            case 2: return .otherRequest
            case 3: return .unfinished
            default: return nil
            }
        }
    }

    private static let closeWrite = Statement(
        "close_write",
        """
        with freed as (
            delete from admin_answer where audit_id = $1::bigint and $4::boolean
        ), kept as (
            update admin_answer set status = $2::smallint, answer = $3::bytea
            where audit_id = $1::bigint and not $4::boolean and $3::bytea is not null
        )
        update admin_audit set outcome = $2::smallint where id = $1::bigint
        """)

    /// - Parameters:
    ///   - answer: what a repeated request gets; `nil` if the end is not known.
    ///   - freesKey: nothing was done, the request may be made again under its key.
    public func closeWrite(
        _ note: Int64, status: Int, answer: [UInt8]?, freesKey: Bool, _ completion: @escaping Completion<Void>
    ) {
        var parameters = Parameters()
        parameters.add(note)
        parameters.add(Int16(clamping: status))
        parameters.add(answer)
        parameters.add(freesKey)
        query(Self.closeWrite, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let audit = Statement(
        "audit",
        """
        select id, (extract(epoch from at) * 1000)::bigint, token, method, path, request, request_id, outcome
        from admin_audit where id < $1::bigint and ($2::text is null or token = $2::text)
        order by id desc limit $3::int
        """)

    /// What was written, the latest first.
    /// - Parameter number: only what was noted before this.
    public func audit(
        before number: Int64, token: String?, limit: Int, _ completion: @escaping Completion<[AuditEntry]>
    ) {
        var parameters = Parameters()
        parameters.add(number)
        parameters.add(token)
        parameters.add(Int32(clamping: limit))
        query(Self.audit, parameters, completion) { rows in
            var entries: [AuditEntry] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let id = row.int64(0), let at = row.int64(1), let token = row.text(2), let method = row.text(3),
                    let path = row.text(4), let request = row.bytes(5), let requestID = row.text(6)
                else { return nil }
                entries.append(
                    AuditEntry(
                        id: id, at: UnixTime(milliseconds: at),
                        record: WriteRecord(
                            token: token, method: method, path: path, request: request, requestID: requestID),
                        outcome: row.int16(7).map(Int.init)))
            }
            return entries
        }
    }
}
