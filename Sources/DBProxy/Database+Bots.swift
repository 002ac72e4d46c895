public import Primitives
public import TalkProtocol

/// Whom a token lets in.
public struct BotIdentity: Sendable, Equatable {
    public let user: UserID
    /// Of the token.
    public let name: String
    /// Of a webhook: all that it may do is to write to this group.
    public let group: GroupID?
}

/// A token of a bot, without the token.
public struct BotTokenRecord: Sendable, Equatable {
    public let name: String
    /// It is a webhook of this group.
    public let group: GroupID?
    public let createdAt: UnixTime
    /// To the minute; `nil`: never.
    public let lastUsedAt: UnixTime?
    public let revokedAt: UnixTime?
}

/// How the making of a token ended.
public enum BotTokenMaking: Sendable, Equatable {
    case made
    /// There is no bot of this number, or it is disabled.
    case unknownBot
    /// Those of revoked tokens are taken, too.
    case nameTaken
    case tooMany
    /// The group does not exist, or the bot is no member.
    case noMember
}

/// Accounts of programs, and what lets them in.
extension Database {
    /// Of one bot, revoked ones and webhooks included.
    public static let maxTokensOfBot = 100

    private static let bots = Statement(
        "bots",
        """
        select \(profileColumns) from account a where a.is_bot and a.id > $1::int order by a.id limit $2::int
        """)

    /// In the order of their numbers, those who left too.
    public func bots(after user: UserID, limit: Int, _ completion: @escaping Completion<[Profile]>) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(Int32(clamping: limit))
        query(Self.bots, parameters, completion, Self.readProfiles)
    }

    // Written once a minute: a program asks all the time.
    private static let useBotToken = Statement(
        "use_bot_token",
        """
        with known as materialized (
            select t.user_id, t.name, t.group_id,
                coalesce(t.last_used_at < now() - interval '1 minute', true) as is_old
            from bot_token t join account a on a.id = t.user_id and a.is_bot and a.status <> 3
            where t.hash = $1::bytea and t.revoked_at is null
        ), used as (
            update bot_token t set last_used_at = now() from known k
            where k.is_old and t.user_id = k.user_id and t.name = k.name
        )
        select user_id, name, group_id from known
        """)

    /// Whom the token of this digest lets in; `nil` if there is none, it was revoked, or the bot is disabled.
    public func useBotToken(_ hash: [UInt8], _ completion: @escaping Completion<BotIdentity?>) {
        var parameters = Parameters()
        parameters.add(hash)
        query(Self.useBotToken, parameters, completion) { rows in
            if rows.count == 0 { return .some(nil) }
            guard let user: UserID = rows[0].value(0), let name = rows[0].text(1) else { return nil }
            return BotIdentity(user: user, name: name, group: rows[0].value(2))
        }
    }

    // The account is locked, so that two do not both find room.
    private static let addBotToken = Statement(
        "add_bot_token",
        """
        with b as materialized (
            select id from account where id = $1::int and is_bot and status <> 3 for no key update
        ), m as materialized (
            select $4::int is null or exists (
                select from member m join chat_group g on g.id = $4::int and not g.deleted
                where m.conversation_id = $4::int and m.user_id = $1::int and m.left_at_id is null) as it_is
        ), c as materialized (
            select (select count(*) from bot_token t where t.user_id = b.id) as count from b
        ), made as (
            insert into bot_token (user_id, name, hash, group_id)
            select b.id, $2::text, $3::bytea, $4::int from b, m, c where m.it_is and c.count < $5::int
            on conflict do nothing returning 1
        )
        select exists (select from b), (select it_is from m), coalesce((select count from c), 0) < $5::int,
            exists (select from made)
        """)

    /// - Parameter group: makes a webhook of this group.
    public func addBotToken(
        _ name: String, of bot: UserID, hash: [UInt8], group: GroupID?,
        _ completion: @escaping Completion<BotTokenMaking>
    ) {
        var parameters = Parameters()
        parameters.add(bot)
        parameters.add(name)
        parameters.add(hash)
        parameters.add(group)
        parameters.add(Int32(clamping: Self.maxTokensOfBot))
        query(Self.addBotToken, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1, let isBot = rows[0].bool(0), let isMember = rows[0].bool(1),
                let hasRoom = rows[0].bool(2), let isMade = rows[0].bool(3)
            else { return nil }
            if isMade { return .made }
            return !isBot ? .unknownBot : !isMember ? .noMember : !hasRoom ? .tooMany : .nameTaken
        }
    }

    private static let rotateBotToken = Statement(
        "rotate_bot_token",
        """
        update bot_token set hash = $3::bytea, created_at = now(), last_used_at = null
        where user_id = $1::int and name = $2::text and revoked_at is null returning 1
        """)

    /// Puts another token in the place of this one, which is worthless from then on. Returns whether there is one that
    /// was not revoked.
    public func rotateBotToken(
        _ name: String, of bot: UserID, hash: [UInt8], _ completion: @escaping Completion<Bool>
    ) {
        var parameters = Parameters()
        parameters.add(bot)
        parameters.add(name)
        parameters.add(hash)
        query(Self.rotateBotToken, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let revokeBotToken = Statement(
        "revoke_bot_token",
        """
        update bot_token set revoked_at = coalesce(revoked_at, now())
        where user_id = $1::int and name = $2::text returning 1
        """)

    /// Returns whether there is such a token.
    public func revokeBotToken(_ name: String, of bot: UserID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(bot)
        parameters.add(name)
        query(Self.revokeBotToken, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let removeBot = Statement(
        "remove_bot",
        """
        with a as materialized (
            select id from account where id = $1::int and is_bot for no key update
        ), left_one as (
            update account a set status = 3, credential_version = credential_version + 1, stamp = next_stamp()
            from a b where a.id = b.id and a.status <> 3
        ), t as (
            update bot_token t set revoked_at = coalesce(revoked_at, now()) from a where t.user_id = a.id
        )
        select id from a
        """)

    /// Ends a bot as `disableUser` does, and its tokens for good. Returns whether there is one.
    public func removeBot(_ bot: UserID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(bot)
        query(Self.removeBot, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let botTokens = Statement(
        "bot_tokens",
        """
        select name, group_id, (extract(epoch from created_at) * 1000)::bigint,
            (extract(epoch from last_used_at) * 1000)::bigint, (extract(epoch from revoked_at) * 1000)::bigint
        from bot_token where user_id = $1::int order by name
        """)

    /// By name, revoked ones too.
    public func botTokens(of bot: UserID, _ completion: @escaping Completion<[BotTokenRecord]>) {
        var parameters = Parameters()
        parameters.add(bot)
        query(Self.botTokens, parameters, completion) { rows in
            var tokens: [BotTokenRecord] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let name = row.text(0), let created = row.int64(2) else { return nil }
                tokens.append(
                    BotTokenRecord(
                        name: name, group: row.value(1), createdAt: UnixTime(milliseconds: created),
                        lastUsedAt: row.int64(3).map { UnixTime(milliseconds: $0) },
                        revokedAt: row.int64(4).map { UnixTime(milliseconds: $0) }))
            }
            return tokens
        }
    }
}
