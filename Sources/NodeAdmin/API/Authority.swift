import Administration
import Crypto
import DBProxy
import HTTPCore
import Log
import Primitives
import Reactor

/// Who asks, by the bearer token (RFC 6750): the one of the configuration, or one of the database, where only digests
/// are. Shared by the loops of a node.
public final class Authority: Sendable {
    struct Identity: Sendable {
        /// As in the audit.
        let name: String
        let scopes: Set<Scope>
    }

    /// The name of `admin.token`; no other token can have it, as it has a dot.
    static let configuredName = "admin.token"

    private let configured: [UInt8]?
    private let book = TokenBook<Identity>()

    /// Requests with a token that nobody has.
    public var failures: Int { book.failures }

    /// - Parameter token: the setting `admin.token`; `nil` or empty if there is none.
    public init(token: String?) {
        configured = token.flatMap { $0.isEmpty ? nil : TokenForm.digest(of: $0) }
    }

    func identify(
        _ headers: HTTPHeaders, from peer: SocketAddress, in database: Database, log: Logger, at now: Instant,
        _ completion: @escaping (Result<Identity, Problem>) -> Void
    ) {
        guard let token = BearerField.token(headers["authorization"]) else {
            return completion(.failure(Self.stranger()))
        }
        let digest = TokenForm.digest(of: token)
        if let configured, equalInConstantTime(configured.rawBytes, digest.rawBytes) {
            return completion(.success(Identity(name: Self.configuredName, scopes: Set(Scope.allCases))))
        }
        let ask = { (digest: [UInt8], completion: @escaping Database.Completion<Identity?>) in
            database.useAdminToken(digest) { result in
                completion(result.map { found in
                    found.map { Identity(name: $0.name, scopes: Set($0.scopes.compactMap(Scope.init))) }
                })
            }
        }
        book.find(TokenForm.admin.fits(token) ? digest : nil, from: peer, at: now, ask: ask) { finding in
            switch finding {
            case .known(let identity): completion(.success(identity))
            case .unknown:
                log.warn(
                    "admin_token_unknown", "somebody asked the administration API with a token that nobody has",
                    ["peer": .string(peer.description)])
                completion(.failure(Self.stranger(isUnknown: true)))
            case .tooManyGuesses: completion(.failure(.tooManyGuesses))
            case .noDatabase:
                var problem = Problem(
                    .databaseUnavailable, "the database does not answer, so only the token of admin.token is known now")
                problem.retryAfterSeconds = 1
                completion(.failure(problem))
            }
        }
    }

    static func lacks(_ scope: Scope) -> Problem {
        var problem = Problem(
            .forbidden, "the token lacks the scope '\(scope.rawValue)'", details: [("scope", .string(scope.rawValue))])
        problem.challenge = #"Bearer realm="grapevine", error="insufficient_scope", scope="\#(scope.rawValue)""#
        return problem
    }

    private static func stranger(isUnknown: Bool = false) -> Problem {
        .stranger(isUnknown: isUnknown, advice: "talkctl token create NAME --scope read (or set admin.token)")
    }
}

extension Problem {
    static var tooManyGuesses: Problem {
        var problem = Problem(.tooManyTokens, "too many tokens are being looked up; try again in a second")
        problem.retryAfterSeconds = 1
        return problem
    }

    /// - Parameter advice: how one gets a token.
    static func stranger(isUnknown: Bool, advice: String) -> Problem {
        let advice = "make one with: \(advice)"
        var problem = Problem(
            .unauthorized,
            isUnknown ? "the token is unknown or was revoked; \(advice)"
                : "a token is needed, as in: Authorization: Bearer TOKEN; \(advice)")
        problem.challenge = #"Bearer realm="grapevine""# + (isUnknown ? #", error="invalid_token""# : "")
        return problem
    }
}
