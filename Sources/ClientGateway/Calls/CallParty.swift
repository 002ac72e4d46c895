public import Membership
public import Presence
import Primitives
public import TalkProtocol

/// A session that calls or is called, wherever it is: a call ends with it.
public struct CallParty: Hashable, Sendable {
    public let user: UserID
    public let device: DeviceClass
    public let login: LoginEpoch

    public init(user: UserID, device: DeviceClass, login: LoginEpoch) {
        self.user = user
        self.device = device
        self.login = login
    }

    var seat: CallSeat { CallSeat(user: user, device: device) }

    init?(reading reader: inout ByteReader) {
        guard let user = reader.read().map(UserID.init(_:)),
            let device = reader.read().flatMap(DeviceClass.init(rawValue:)),
            let login = reader.read().map(LoginEpoch.init(rawValue:))
        else { return nil }
        self.init(user: user, device: device, login: login)
    }

    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: user.rawValue)
        writer.append(device.rawValue)
        writer.append(bigEndian: login.rawValue)
    }
}

/// What sessions of a user and class have in common: at most one of them can have a call.
struct CallSeat: Hashable {
    let user: UserID
    let device: DeviceClass
}

/// A call among nodes: the life of the node that the caller is on, and a number that it has given to no other.
public struct CallName: Hashable, Sendable {
    public let owner: Peer
    public let number: UInt64

    public init(_ owner: Peer, _ number: UInt64) {
        self.owner = owner
        self.number = number
    }

    init?(reading reader: inout ByteReader) {
        guard let node = reader.readNode(), let epoch = reader.readEpoch(), let number: UInt64 = reader.read() else {
            return nil
        }
        self.init(Peer(node, epoch), number)
    }

    func write(into writer: inout ByteWriter) {
        writer.append(owner.node)
        writer.append(owner.epoch)
        writer.append(bigEndian: number)
    }
}

/// What clients call a call: who calls whom, and the number that the caller's client chose.
public struct CallTitle: Hashable, Sendable {
    public let caller: UserID
    public let callee: UserID
    public let number: UInt64

    public init(caller: UserID, callee: UserID, number: UInt64) {
        self.caller = caller
        self.callee = callee
        self.number = number
    }

    init?(reading reader: inout ByteReader) {
        guard let caller = reader.read().map(UserID.init(_:)), let callee = reader.read().map(UserID.init(_:)),
            let number: UInt64 = reader.read()
        else { return nil }
        self.init(caller: caller, callee: callee, number: number)
    }

    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: caller.rawValue)
        writer.append(bigEndian: callee.rawValue)
        writer.append(bigEndian: number)
    }
}
