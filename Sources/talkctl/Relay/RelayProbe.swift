import Primitives
import Reactor

/// Whether a TURN server passes on what callers say: asks it for a place of its own, and sends a datagram through that
/// place to itself. A core: messages and time limits of others in, messages and a finding out.
struct RelayProbe {
    struct Pass: Equatable {
        let username: String
        let password: String
    }

    enum Finding: Equatable {
        /// What was sent to the place came back through it.
        case works(SocketAddress)
        /// It gives places, and lets nobody send to another place of its own: two callers who both need it never meet.
        case keepsApart(SocketAddress)
        /// The place is there, and nothing came back through it.
        case isMute(SocketAddress)
        /// It asks nobody for a password.
        case isOpen
        case wrongPassword
        case hasNoPlace
        case refused(Int, String)
        /// What answers is no TURN server that shares the secret.
        case strange
    }

    enum Step: Equatable {
        /// Sent again and again until something comes.
        case say([UInt8])
        /// The last message, once; empty if there is none to send.
        case done(Finding, goodbye: [UInt8])
    }

    private enum Phase: Equatable {
        /// For the realm and the nonce, which only a refusal tells.
        case asking
        case allocating
        case permitting(SocketAddress)
        case echoing(SocketAddress)
        case done
    }

    private static let udp: UInt8 = 17
    /// A server that always calls the nonce stale is not asked for ever.
    private static let maxStale = 3

    private let pass: Pass
    private var random: SeededRandom
    private var phase = Phase.asking
    private var transaction: [UInt8] = []
    private var realm = ""
    private var nonce: [UInt8] = []
    private var key: [UInt8] = []
    private var stale = 0
    private let echo: [UInt8]

    init(_ pass: Pass, _ random: SeededRandom) {
        self.pass = pass
        self.random = random
        echo = STUNMessage.big(self.random.next())
    }

    mutating func begin() -> Step {
        .say(message(.request, .allocate) { $0.add(.requestedTransport, [Self.udp, 0, 0, 0]) }.bytes() ?? [])
    }

    /// - Returns: `nil` if it is not what was waited for.
    mutating func received(_ bytes: RawSpan) -> Step? {
        guard let answer = STUNMessage(bytes) else { return nil }
        if case .echoing(let place) = phase { return heard(answer, place) }
        guard answer.transaction == transaction, answer.kind == .success || answer.kind == .failure else { return nil }
        switch phase {
        case .asking: return asked(answer)
        case .allocating: return allocated(answer)
        case .permitting(let place): return permitted(answer, place)
        case .echoing, .done: return nil
        }
    }

    /// Nothing came to what was said last, however often. `nil`: nothing ever came.
    mutating func gaveUp() -> Step? {
        switch phase {
        case .asking: nil
        case .allocating, .done: end(.strange)
        case .permitting(let place), .echoing(let place): end(.isMute(place))
        }
    }

    // MARK: Answers

    private mutating func asked(_ answer: STUNMessage) -> Step {
        guard answer.kind == .failure else { return end(.isOpen) }
        guard answer.errorCode?.code == 401, let realm = answer.text(.realm), let nonce = answer[.nonce] else {
            return refused(answer)
        }
        self.realm = realm
        self.nonce = nonce
        return allocate()
    }

    private mutating func allocate() -> Step {
        phase = .allocating
        guard let key = STUNMessage.key(username: pass.username, realm: realm, password: pass.password) else {
            return end(.strange)
        }
        self.key = key
        return say(.allocate) { $0.add(.requestedTransport, [Self.udp, 0, 0, 0]) }
    }

    private mutating func allocated(_ answer: STUNMessage) -> Step {
        switch answer.errorCode?.code {
        case 401: return end(.wrongPassword)
        case 438 where stale < Self.maxStale:
            stale += 1
            nonce = answer[.nonce] ?? nonce
            return allocate()
        case 486, 508: return end(.hasNoPlace)
        default: break
        }
        guard answer.kind == .success else { return refused(answer) }
        guard answer.isSigned(with: key), let place = answer.address(.xorRelayedAddress) else { return end(.strange) }
        phase = .permitting(place)
        return say(.createPermission) { $0.add(.xorPeerAddress, place) }
    }

    private mutating func permitted(_ answer: STUNMessage, _ place: SocketAddress) -> Step {
        if answer.errorCode?.code == 403 { return end(.keepsApart(place)) }
        guard answer.kind == .success else { return refused(answer) }
        phase = .echoing(place)
        let echo = echo
        return .say(
            message(.indication, .send) {
                $0.add(.xorPeerAddress, place)
                $0.add(.data, echo)
            }.bytes() ?? [])
    }

    private mutating func heard(_ answer: STUNMessage, _ place: SocketAddress) -> Step? {
        guard answer.kind == .indication, answer.method == .data, answer[.data] == echo,
            answer.address(.xorPeerAddress) == place
        else { return nil }
        return end(.works(place))
    }

    private mutating func refused(_ answer: STUNMessage) -> Step {
        end(answer.errorCode.map { .refused($0.code, $0.reason) } ?? .strange)
    }

    /// A place that was given is given back.
    private mutating func end(_ finding: Finding) -> Step {
        let hasPlace =
            switch finding {
            case .works, .keepsApart, .isMute: true
            case .isOpen, .wrongPassword, .hasNoPlace, .refused, .strange: false
            }
        phase = .done
        guard hasPlace, case .say(let goodbye) = say(.refresh, { $0.add(.lifetime, [0, 0, 0, 0]) }) else {
            return .done(finding, goodbye: [])
        }
        return .done(finding, goodbye: goodbye)
    }

    // MARK: Messages

    private mutating func message(
        _ kind: STUNMessage.Kind, _ method: STUNMessage.Method, _ fill: (inout STUNMessage) -> Void
    ) -> STUNMessage {
        transaction = STUNMessage.big(random.next()) + STUNMessage.big(UInt32(truncatingIfNeeded: random.next()))
        var message = STUNMessage(kind, method, transaction: transaction)
        fill(&message)
        return message
    }

    /// A request that the password signs.
    private mutating func say(_ method: STUNMessage.Method, _ fill: (inout STUNMessage) -> Void) -> Step {
        let (name, realm, nonce) = (pass.username, realm, nonce)
        let request = message(.request, method) {
            fill(&$0)
            $0.add(.username, name)
            $0.add(.realm, realm)
            $0.add(.nonce, nonce)
        }
        return .say(request.bytes(signedWith: key) ?? [])
    }
}
