public import HTTPCore
import Primitives

/// What a session answers to a request.
public enum PollAnswer: Equatable, Sendable {
    /// Packets were taken, or none have come.
    case nothing
    /// Bytes of the stream from `position` on.
    case packets(position: UInt64, [UInt8])
    /// An upload that cannot be next; `expected` can.
    case outOfTurn(expected: UInt64)
    /// Positions that were let go, or not reached; those from `from` to `to` can be given.
    case outOfRange(from: UInt64, to: UInt64)
    case ended(PollEnding)
    case unknown

    public func response() -> HTTPResponse {
        switch self {
        case .nothing: return .poll(.noContent)
        case .packets(let position, let bytes):
            var response = HTTPResponse.poll(.ok, type: "application/octet-stream", body: bytes)
            // Digits have no control characters.
            try? response.set("Poll-Position", to: String(position))
            return response
        case .outOfTurn(let expected):
            let details = [("expected", JSON.number(Int(clamping: expected)))]
            return .problem(.conflict, "out_of_turn", "this upload cannot be next", details)
        case .outOfRange(let from, let to):
            let details = [("from", JSON.number(Int(clamping: from))), ("to", JSON.number(Int(clamping: to)))]
            return .problem(.conflict, "out_of_range", "no such bytes are kept", details)
        case .ended(let ending):
            let details = [
                ("reason", JSON.string(ending.reason)), ("close_code", JSON.number(Int(ending.rawValue))),
            ]
            return .problem(
                .gone, "session_ended", "the session has ended", details, retryAfter: ending.retryAfterSeconds)
        case .unknown:
            return .problem(
                .notFound, "no_such_poll_session", "no such poll session: ask /msg_server and begin anew")
        }
    }
}

extension PollName {
    /// Its session is there.
    public func response() -> HTTPResponse {
        .poll(.created, type: "text/plain; charset=utf-8", body: Array(text.utf8))
    }
}

extension PollRefusal {
    public func response() -> HTTPResponse {
        switch self {
        case .namelessTurn, .noName, .notAnInteger, .emptyTurn, .unnumberedUpload:
            .problem(.badRequest, "bad_poll", rawValue)
        case .foreignPage: .problem(.forbidden, "origin", rawValue)
        case .busy: .problem(.serviceUnavailable, "busy", rawValue, retryAfter: PollEnding.busy.retryAfterSeconds)
        }
    }
}

extension HTTPResponse {
    /// For this client and this moment: a proxy neither keeps it nor gathers more before it passes it on.
    fileprivate static func poll(_ status: HTTPStatus, type: StaticString? = nil, body: [UInt8] = []) -> HTTPResponse {
        var response = HTTPResponse(status, type: type, body: body)
        response.set("Cache-Control", "no-store")
        response.set("X-Accel-Buffering", "no")
        return response
    }

    fileprivate static func problem(
        _ status: HTTPStatus, _ code: String, _ message: String, _ details: [(String, JSON)] = [],
        retryAfter seconds: Int? = nil
    ) -> HTTPResponse {
        let error = JSON.object([
            ("code", .string(code)), ("message", .string(message)), ("details", .object(details)),
        ])
        var response = poll(status, type: "application/json", body: JSON.object([("error", error)]).bytes)
        if let seconds { try? response.set("Retry-After", to: String(seconds)) }
        return response
    }
}
