public import DBProxy
public import Reactor
import Synchronization
public import TalkProtocol

/// A request to log in, as far as it was found well-formed.
public struct LoginAttempt: Sendable {
    public let name: String
    /// The MD5 of the password in hex, as every client sends it.
    public let secret: String
    /// Given by an extended client in place of a password.
    public let token: SessionToken?
    /// The client wants a token for its next login.
    public let wantsToken: Bool
    public let clientType: ClientType
    /// Where it comes from.
    public let host: SocketAddress.Host
    /// Ended by the client's going: nothing is worked out for nobody.
    public let interest: LoginInterest

    public init(
        name: String, secret: String, token: SessionToken?, wantsToken: Bool, clientType: ClientType,
        host: SocketAddress.Host, interest: LoginInterest
    ) {
        self.name = name
        self.secret = secret
        self.token = token
        self.wantsToken = wantsToken
        self.clientType = clientType
        self.host = host
        self.interest = interest
    }
}

/// Whether somebody still waits for the outcome of an attempt. For any thread.
public final class LoginInterest: Sendable {
    private enum Stage {
        static let waiting: UInt8 = 0
        static let deriving: UInt8 = 1
        static let ended: UInt8 = 2
    }

    private let stage = Atomic<UInt8>(Stage.waiting)

    public init() {}

    var hasEnded: Bool { stage.load(ordering: .relaxed) == Stage.ended }

    /// Nobody waits any more. `false`: its key is being derived already.
    @discardableResult
    public func end() -> Bool {
        stage.compareExchange(expected: Stage.waiting, desired: Stage.ended, ordering: .relaxed).original
            != Stage.deriving
    }

    /// Its key is derived now. `false`: nobody waits for that.
    func begin() -> Bool {
        stage.compareExchange(expected: Stage.waiting, desired: Stage.deriving, ordering: .relaxed).exchanged
    }
}

public enum LoginOutcome: Sendable {
    /// `epoch` orders the logins of this user and class; what transactions before `horizon` stored, the client can read
    /// by itself; `token` is for the next login.
    case success(Profile, epoch: Int64, horizon: Int64, token: SessionToken?)
    /// Unknown user, wrong password or a user who left: nobody is told which.
    case wrongCredentials
    /// Not judged: too many wrong passwords of this name from this address, or of this name from everywhere.
    case locked
    /// Not judged: too soon after wrong passwords of this name from this address.
    case tooSoon
    /// Not judged: too many wrong passwords of this address.
    case addressLocked
    /// Not judged: too many logins wait.
    case busy
    /// Right, but this user has logged in too often just now.
    case tooOften
    case noDatabase
}
