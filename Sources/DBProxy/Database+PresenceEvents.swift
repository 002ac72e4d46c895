import Primitives
public import TalkProtocol

/// The devices that a user is there with.
public struct DeviceSet: OptionSet, Hashable, Sendable {
    public let rawValue: Int16

    public static let pc = DeviceSet(rawValue: 1)
    public static let mobile = DeviceSet(rawValue: 2)

    public init(rawValue: Int16) {
        self.rawValue = rawValue
    }

    public init(_ device: DeviceClass) {
        self = device == .pc ? .pc : .mobile
    }
}

/// A user, and the devices that he is there with; none: he is away.
public struct UserPresence: Sendable, Equatable {
    public let user: UserID
    public let devices: DeviceSet

    public init(_ user: UserID, _ devices: DeviceSet) {
        self.user = user
        self.devices = devices
    }
}

/// Who tells services who comes and goes.
public enum PresenceTurn: Sendable, Equatable {
    case own
    case anothers
    /// Nobody wants to be told.
    case nobodys
}

/// What services are told of who comes and goes; see the essay of the outbox.
extension Database {
    private static let takeTurn = Statement(
        "take_presence_turn", "select take_presence_turn($1::int, $2::bigint, $3::int)")

    /// - Parameters:
    ///   - node: its number, and which life of it.
    ///   - lease: whole seconds: afterwards another node may take it.
    public func takePresenceTurn(
        _ node: (number: UInt16, epoch: UInt64), lease: Duration, _ completion: @escaping Completion<PresenceTurn>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(node.number))
        parameters.add(Int64(clamping: node.epoch))
        parameters.add(Int32(clamping: lease.milliseconds / 1000))
        query(Self.takeTurn, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1 else { return nil }
            return rows[0].bool(0).map { $0 ? .own : .anothers } ?? .nobodys
        }
    }

    private static let toldPresence = Statement(
        "told_presence",
        "select user_id, devices from presence_told where user_id > $1::int order by user_id limit $2::int")

    /// The next users, by number, who were told of as being there.
    public func toldPresence(after user: UserID, limit: Int, _ completion: @escaping Completion<[UserPresence]>) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(Int32(clamping: limit))
        query(Self.toldPresence, parameters, completion) { rows in
            var found: [UserPresence] = []
            for index in 0..<rows.count {
                guard let user: UserID = rows[index].value(0), let devices = rows[index].int16(1) else { return nil }
                found.append(UserPresence(user, DeviceSet(rawValue: devices)))
            }
            return found
        }
    }

    private static let tellOfPresence = Statement(
        "tell_of_presence", "select tell_of_presence($1::int[], $2::smallint[])")

    /// Puts an event into the outbox for each user who was told of otherwise. Done again, it does nothing.
    /// - Parameter seen: each user once.
    public func tellOfPresence(_ seen: [UserPresence], _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(seen.map(\.user))
        parameters.add(seen.map(\.devices.rawValue))
        query(Self.tellOfPresence, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }
}
