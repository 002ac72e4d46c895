import Blobs
import Crypto
import HTTPCore
import Primitives

/// What clients of files over HTTP are told.
enum FileReply {
    /// So much is there.
    case receiving(FileParts)
    /// All parts were to be there, and some are not.
    case incomplete(FileParts)
    /// It is whole, and on its way to the disks: ask again.
    case storing(byteCount: Int)
    /// All of it is, and may be offered.
    case stored(BlobID, byteCount: Int)
    case problem(Problem)

    enum Problem: String, Error, CaseIterable {
        /// No token, or one that is worth nothing (any more).
        case unauthorized
        /// The task is gone, is for something else, or somebody else's.
        case noFile = "no_file"
        /// No part begins there, or it has another length.
        case wrongPart = "wrong_part"
        /// Other bytes came than the sender has named.
        case wrongDigest = "wrong_digest"
        case busy
        /// The disk is full.
        case full
        case unavailable

        var status: HTTPStatus {
            switch self {
            case .unauthorized: .unauthorized
            case .noFile: .notFound
            case .wrongPart, .wrongDigest: .badRequest
            case .busy: .tooManyRequests
            case .full, .unavailable: .serviceUnavailable
            }
        }

        var message: String {
            switch self {
            case .unauthorized: "The token is missing, is for another file, or its time is over."
            case .noFile: "There is no such file for you: it was taken back, its time is over, or it is not stored yet."
            case .wrongPart: "No part begins there, or it has another length."
            case .wrongDigest: "The bytes are not those that Content-Digest names."
            case .busy: "Too much at once."
            case .full: "There is no room on the disks."
            case .unavailable: "It cannot be stored or given now."
            }
        }

        var json: JSON {
            .object([("error", .object([("code", .string(rawValue)), ("message", .string(message))]))])
        }
    }

    var response: HTTPResponse {
        var response: HTTPResponse
        switch self {
        case .receiving(let parts): response = Self.json(.ok, "receiving", parts.received, of: parts.fileSize)
        case .incomplete(let parts): response = Self.json(.conflict, "receiving", parts.received, of: parts.fileSize)
        case .storing(let byteCount): response = Self.json(.accepted, "storing", byteCount, of: byteCount)
        case .stored(let blob, let byteCount): response = Self.json(.ok, "stored", byteCount, of: byteCount, blob)
        case .problem(let problem):
            response = Self.json(problem.status, problem.json)
            switch problem {
            case .unauthorized: response.set("WWW-Authenticate", "Bearer")
            case .busy, .full, .unavailable: response.set("Retry-After", "5")
            case .noFile, .wrongPart, .wrongDigest: break
            }
        }
        response.set("Cache-Control", "no-store")
        response.openToAllOrigins()
        return response
    }

    private static func json(
        _ status: HTTPStatus, _ state: String, _ received: Int, of size: Int, _ blob: BlobID? = nil
    ) -> HTTPResponse {
        json(
            status,
            .object([
                ("state", .string(state)), ("size", .number(size)), ("received", .number(received)),
                ("part_size", .number(FileParts.byteCount)),
                ("sha256", blob.map { .string($0.description) } ?? .null),
            ]))
    }

    static func json(_ status: HTTPStatus, _ json: JSON) -> HTTPResponse {
        var response = HTTPResponse(status, type: "application/json", body: json.bytes)
        response.set("X-Content-Type-Options", "nosniff")
        return response
    }
}

extension BlobID {
    /// As a value of `Content-Digest` or `Repr-Digest` (RFC 9530).
    var digestField: String {
        "sha-256=:\(String(decoding: Base64.encode(bytes.rawBytes), as: UTF8.self)):"
    }

    /// What a value of `Content-Digest` names. `nil`: nothing by SHA-256; it fails where that is no SHA-256.
    static func named(by field: String) throws(FileReply.Problem) -> BlobID? {
        let key = "sha-256="
        let members = field.split(separator: ",").map { $0.drop { $0 == " " || $0 == "\t" } }
        // The last one of a key counts (RFC 9651, 4.2.2).
        guard let member = members.last(where: { $0.hasPrefix(key) }) else { return nil }
        let value = member.dropFirst(key.count).split(separator: ":", omittingEmptySubsequences: false)
        guard value.count == 3, value[0].isEmpty, let bytes = Base64.decode([UInt8](value[1].utf8).rawBytes),
            let id = BlobID(bytes.rawBytes)
        else { throw .wrongDigest }
        return id
    }
}
