import Crypto
public import DBProxy
import Directory
import HTTPCore
public import HTTPServer
import Primitives
public import Reactor
import Synchronization
import TalkProtocol

/// Who may make an account for himself, and how often. Shared by the loops of a node.
public final class RegistrationRules: Sendable {
    /// Of one address, guesses at the invitation too: a family, or an office behind one address, in a while.
    private static let perSite = TokenBucket.Limit(rate: 1.0 / 30, burst: 10)
    /// Of all that are to be made, as each costs a quarter of a second of a thread. Who has no invitation takes none of
    /// these, or many addresses that guess would keep those out who have one.
    private static let ofAll = TokenBucket.Limit(rate: 2, burst: 30)
    private static let maxSites = 10_000

    let invitation: [UInt8]
    private let sites = Mutex(TokenBucketTable<SocketAddress.Host>(perSite, capacity: maxSites))
    private let all = Mutex(TokenBucket())

    /// - Parameter invitation: a code that must be given; empty: anybody may come.
    public init(invitation: String) {
        self.invitation = [UInt8](invitation.utf8)
    }

    func admits(_ peer: SocketAddress, at now: Instant) -> Bool {
        sites.withLock { $0.take(peer.host.site, at: now) }
    }

    /// One more account may be made.
    func admitsAnother(at now: Instant) -> Bool {
        all.withLock { $0.take(Self.ofAll, at: now) == nil }
    }
}

/// `/register` of the public port: whether one may make an account for oneself, and the making.
///
/// It is the same order as that of the administration, under the same rules, and is noted in the audit likewise.
public final class Registration {
    private static let auditName = "registration"
    private static let bodyLimit = 4 << 10

    private let rules: RegistrationRules?
    private let users: Users
    private let passwords: PasswordForms
    private let ledger: WriteLedger
    private unowned let loop: EventLoop
    /// Each has a connection, which bounds them. One password at a time is worked out: those of logins wait in
    /// the same queue, and would wait for all of these.
    private var waiting = Fifo<Call>()
    private var isMaking = false

    private let route = Route(
        .post, "/register", "Makes an account", scope: nil,
        takes: .object([
            .init("name", .name(.user)), .init("nick", .name(.nick)).optional, .init("password", .password).secret,
            .init("invitation", .string).optional.secret,
        ]),
        gives: .object([.init("id", .id), .init("name", .string)]), as: .created,
        problems: [.nameTaken, .overloaded, .tooManyRegistrations, .notInvited]) { _ in }

    /// - Parameter rules: `nil`: only administrators make accounts.
    public init(
        _ rules: RegistrationRules?, _ shared: AdminAPI.Shared, _ database: Database, workers: WorkerPool,
        on loop: EventLoop
    ) {
        self.rules = rules
        users = Users(database)
        passwords = PasswordForms(workers, on: loop)
        ledger = WriteLedger(database, key: shared.key, log: shared.log)
        self.loop = loop
    }

    public func add(to service: HTTPService) {
        service.add(.get, "/register") { [self] _, _, answer in
            let needsInvitation = rules?.invitation.isEmpty == false
            answer(.json(.ok, .object([("open", .bool(rules != nil)), ("needs_invitation", .bool(needsInvitation))])))
        }
        service.add(.post, "/register", bodyLimit: Self.bodyLimit) { [self] request, path, peer, answer in
            let id = RequestID.of(request)
            let send = { (reply: Call.Reply) in answer(reply.response(id)) }
            guard let rules else {
                return send(.problem(Problem(.registrationClosed, "accounts are made by administrators here")))
            }
            guard rules.admits(peer, at: loop.now) else { return send(.problem(.tooManyRegistrations)) }
            do throws(Problem) {
                // A browser sends what names no type for any page, and asks first only where it is JSON.
                guard request.headers["content-type"] != nil else {
                    throw Problem(.mediaType, "the body must be application/json")
                }
                try WriteLedger.check(request, route)
                take(try Call(request, path, route, send: send), request, id, rules)
            } catch {
                send(.problem(error))
            }
        }
    }

    private func take(_ call: Call, _ request: HTTPRequest, _ id: String, _ rules: RegistrationRules) {
        let (given, invitation) = ([UInt8]((call.body["invitation"]?.text ?? "").utf8), rules.invitation)
        guard invitation.isEmpty || equalInConstantTime(given.rawBytes, invitation.rawBytes) else {
            return call.fail(.notInvited, "this is not the invitation that was given out")
        }
        guard rules.admitsAnother(at: loop.now) else { return call.send(.problem(.tooManyRegistrations)) }
        let record = WriteRecord(
            token: Self.auditName, method: request.method.rawValue, path: request.path,
            request: (route.body?.redacted(call.body) ?? .object([])).bytes, requestID: id)
        ledger.open(request, record, isUrgent: false) { [self] opening in
            switch opening {
            case .refused(let problem): call.send(.problem(problem))
            case .repeated(let status, let json): call.send(.json(status, Problem.rename(json, to: id)))
            case .go(let entry):
                waiting.append(call.replying { [ledger] reply in
                    let response = reply.response(id)
                    let isRepeatable = if case .problem(let problem) = reply { problem.isRepeatable } else { false }
                    ledger.close(entry, response.status, response.body, isRepeatable: isRepeatable) { call.send(reply) }
                })
                makeNext()
            }
        }
    }

    private func makeNext() {
        guard !isMaking, let call = waiting.popFirst() else { return }
        isMaking = true
        make(call.replying { [self] reply in
            isMaking = false
            call.send(reply)
            makeNext()
        })
    }

    private func make(_ call: Call) {
        let name = call.name() ?? ""
        passwords.store(call) { [users] stored in
            let user = NewUser(
                name: name, password: stored, nick: call.name("nick") ?? name, departmentID: DepartmentID(0))
            call.order({ users.make(user, $0) }) { id in
                call.answer(.object([("id", .number(Int(id.rawValue))), ("name", .string(name))]), .created)
            }
        }
    }
}

extension Problem {
    fileprivate static var tooManyRegistrations: Problem {
        var problem = Problem(.tooManyRegistrations, "too many accounts were made from there just now")
        problem.retryAfterSeconds = 30
        return problem
    }
}

extension Problem.Kind {
    fileprivate static let tooManyRegistrations = Self(
        .tooManyRequests, "too_many_registrations", "too many accounts were made just now")
    fileprivate static let registrationClosed = Self(
        .forbidden, "registration_closed", "nobody makes an account for himself here")
    fileprivate static let notInvited = Self(.forbidden, "invitation_wrong", "the invitation is another one")
}
