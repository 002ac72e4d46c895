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
        delete from device d using token t
        where d.user_id = t.user_id and $2::smallint = 1 and d.client_type >= 16
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

    private static let setBrowser = Statement(
        "set_browser", "select set_browser($1::int, $2::text, $3::bytea, $4::smallint)")

    /// Enters a browser of a user, of which ten are kept; it leaves the user who had it before.
    ///
    /// - Parameters:
    ///   - endpoint: where its push service takes messages.
    ///   - keys: its public key (65 bytes) and what it authenticates by (16).
    public func setBrowser(
        at endpoint: String, keys: [UInt8], of user: UserID, _ clientType: ClientType,
        _ completion: @escaping Completion<Void>
    ) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(endpoint)
        parameters.add(keys)
        parameters.add(clientType)
        query(Self.setBrowser, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let serveBrowsers = Statement(
        "serve_browsers",
        """
        insert into outbox_channel as c (channel, public_key) values (3, $1::bytea)
        on conflict (channel) do update
        set public_key = coalesce(c.public_key, excluded.public_key), served_at = clock_timestamp()
        returning public_key = $1::bytea
        """)

    /// A program serves browsers, which know the cluster by this key (a point of P-256, 65 bytes). Returns whether they
    /// do: another one may have been there first.
    public func serveBrowsers(by key: [UInt8], _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(key)
        query(Self.serveBrowsers, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? rows[0].bool(0) : nil
        }
    }

    private static let browserKey = Statement(
        "browser_key", "select public_key from outbox_channel where channel = 3 and is_served(3::smallint)")

    /// The key by which browsers know the cluster; empty: nobody serves them.
    public func browserKey(_ completion: @escaping Completion<[UInt8]>) {
        query(Self.browserKey, Parameters(), completion) { $0.count == 1 ? $0[0].bytes(0) ?? [] : [] }
    }

    private static let removeDevice = Statement(
        "remove_device", "delete from device where user_id = $1::int and token = $2::text")

    /// A device of a user is told of nothing any more.
    public func removeDevice(_ token: String, of user: UserID, _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(token)
        query(Self.removeDevice, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let clearDeviceToken = Statement(
        "clear_device_token", "delete from device where user_id = $1::int and client_type >= 16")

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
