public import TalkProtocol

/// A user as others see them.
public struct Profile: Sendable, Equatable {
    public var id: UserID
    public var name: String
    public var gender: UInt32
    public var nick: String
    public var avatar: String
    public var departmentID: UInt32
    public var email: String
    public var phone: String
    public var domain: String
    public var sign: String
    public var status: UInt32
    /// Of the last change; rises over all users.
    public var stamp: Int64

    /// Was disabled: logs in no more, and clients hide the user.
    public var hasLeft: Bool { status == 3 }
}

extension Database {
    private static let logOut = Statement(
        "log_out",
        """
        with token as (
            update login set token_hash = null, token_expires_at = null
            where user_id = $1::int and class = $2::smallint and epoch = $3::bigint returning user_id
        )
        delete from device_token d using token t where d.user_id = t.user_id and $2::smallint = 1
        """)

    /// Takes away the session token, and on a mobile the push token, unless there was a later login.
    public func recordLogout(
        of user: UserID, _ deviceClass: DeviceClass, epoch: Int64, _ completion: @escaping Completion<Void>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: user.rawValue))
        parameters.add(Int16(deviceClass.rawValue))
        parameters.add(epoch)
        query(Self.logOut, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let setDeviceToken = Statement(
        "set_device_token", "select set_device_token($1::int, $2::text, $3::smallint)")

    /// Stores the push token of a user; it leaves the user who had it before. An empty one is taken away.
    public func setDeviceToken(
        _ token: String, of user: UserID, _ clientType: ClientType, _ completion: @escaping Completion<Void>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: user.rawValue))
        if token.isEmpty {
            query(Self.clearDeviceToken, parameters, within: configuration.writeDeadline, completion) { _ in () }
            return
        }
        parameters.add(token)
        parameters.add(Int16(truncatingIfNeeded: clientType.rawValue))
        query(Self.setDeviceToken, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let clearDeviceToken = Statement(
        "clear_device_token", "delete from device_token where user_id = $1::int")

    private static let setPushShield = Statement(
        "set_push_shield", "update account set push_shield = $2::boolean where id = $1::int")

    /// Whether push notices are held back at night.
    public func setPushShield(_ shield: Bool, of user: UserID, _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: user.rawValue))
        parameters.add(shield)
        query(Self.setPushShield, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let pushShield = Statement("push_shield", "select push_shield from account where id = $1::int")

    public func pushShield(of user: UserID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: user.rawValue))
        query(Self.pushShield, parameters, completion) { $0.count == 1 ? $0[0].bool(0) : nil }
    }
}

extension Profile {
    init?(_ row: Row, at first: Int32) {
        guard let id = row.userID(first), let name = row.text(first + 1), let gender = row.int16(first + 2),
            let nick = row.text(first + 3), let avatar = row.text(first + 4), let department = row.int32(first + 5),
            let email = row.text(first + 6), let phone = row.text(first + 7), let domain = row.text(first + 8),
            let sign = row.text(first + 9), let status = row.int16(first + 10), let stamp = row.int64(first + 11)
        else { return nil }
        self.init(
            id: id, name: name, gender: UInt32(clamping: gender), nick: nick, avatar: avatar,
            departmentID: UInt32(bitPattern: department), email: email, phone: phone, domain: domain, sign: sign,
            status: UInt32(clamping: status), stamp: stamp)
    }
}

extension Database {
    /// In the order in which `Profile` reads them.
    static let profileColumns = """
        a.id, a.name, a.gender, a.nick, a.avatar, a.department_id, a.email, a.phone, a.domain, a.sign, a.status, a.stamp
        """
}
