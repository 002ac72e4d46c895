public import TalkProtocol

/// What is kept for the devices of a user.
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
        parameters.add(user)
        parameters.add(deviceClass)
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
        parameters.add(user)
        if token.isEmpty {
            query(Self.clearDeviceToken, parameters, within: configuration.writeDeadline, completion) { _ in () }
            return
        }
        parameters.add(token)
        parameters.add(clientType)
        query(Self.setDeviceToken, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let clearDeviceToken = Statement(
        "clear_device_token", "delete from device_token where user_id = $1::int")

    private static let setPushShield = Statement(
        "set_push_shield", "update account set push_shield = $2::boolean where id = $1::int")

    /// Whether push notices are held back at night.
    public func setPushShield(_ shield: Bool, of user: UserID, _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(shield)
        query(Self.setPushShield, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let pushShield = Statement("push_shield", "select push_shield from account where id = $1::int")

    public func pushShield(of user: UserID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(user)
        query(Self.pushShield, parameters, completion) { $0.count == 1 ? $0[0].bool(0) : nil }
    }
}
