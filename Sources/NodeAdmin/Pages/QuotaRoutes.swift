public import DBProxy
import Directory
import HTTPCore
import Primitives
import TalkProtocol

/// What single users may store and hand out.
public struct QuotaRoutes {
    private let database: Database
    private let users: Users
    private let everybody: UserQuota

    /// - Parameter everybody: what the settings of this node say; `nil` in it: it takes none.
    public init(_ database: Database, everybody: UserQuota) {
        self.database = database
        users = Users(database)
        self.everybody = everybody
    }

    private static let path = "/admin/v1/users/{id}/quota"
    private static let id = Route.Parameter.path("id", .id, "number of a user")
    /// 0: the user may not store or hand out anything.
    private static let bytes = JSONSchema.nullable(.integer(0...1 << 50))

    public var all: [Route] {
        [
            Route(
                .get, Self.path, "How much a user may store and hand out, and how much of it is used", scope: .read,
                [Self.id], gives: QuotaUse.schema, problems: [.userUnknown], show),
            Route(
                .put, Self.path, "Sets how much a user may store and hand out, on all nodes from the next upload on",
                scope: .write, [Self.id],
                takes: .object([
                    .init("picture_bytes", Self.bytes, "bytes of pictures that are stored; null: as the settings say"),
                    .init(
                        "daily_file_bytes", Self.bytes, "bytes of files handed to others within a day; null as above"),
                ]),
                gives: QuotaUse.schema, problems: [.userUnknown], set),
        ]
    }

    private func show(_ call: Call) {
        call.ask({ database.quotaUse(of: UserID(call.id()), $0) }) { [everybody] use in
            guard let use else { return call.fail(.userUnknown, "there is no user #\(call.id())") }
            call.answer(use.json(everybody: everybody))
        }
    }

    private func set(_ call: Call) {
        let quota = UserQuota(
            pictureBytes: call.body["picture_bytes"]?.integer, dailyFileBytes: call.body["daily_file_bytes"]?.integer)
        call.order({ users.setQuota(quota, of: UserID(call.id()), $0) }) { show(call) }
    }
}

extension QuotaUse {
    fileprivate static let schema = JSONSchema.object([
        .init("picture_bytes", .nullable(.count), "null: as much as everybody"),
        .init("picture_bytes_used", .count),
        .init("picture_bytes_of_everybody", .nullable(.count), "as the settings of this node say; null: it takes none"),
        .init("daily_file_bytes", .nullable(.count), "null: as much as everybody"),
        .init("daily_file_bytes_used", .count, "within the last day"),
        .init("daily_file_bytes_of_everybody", .nullable(.count)),
    ])

    fileprivate func json(everybody: UserQuota) -> JSON {
        func number(_ value: Int?) -> JSON { value.map { .number($0) } ?? .null }
        return .object([
            ("picture_bytes", number(quota.pictureBytes)), ("picture_bytes_used", .number(pictureBytes)),
            ("picture_bytes_of_everybody", number(everybody.pictureBytes)),
            ("daily_file_bytes", number(quota.dailyFileBytes)), ("daily_file_bytes_used", .number(fileBytes)),
            ("daily_file_bytes_of_everybody", number(everybody.dailyFileBytes)),
        ])
    }
}
