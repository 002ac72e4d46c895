import Crypto
public import DBProxy
public import Directory
import HTTPCore
public import HTTPServer
import Primitives
import TalkProtocol

/// The two calls of the original's HTTP server by which other programs make groups, on the public
/// port. The names and numbers are the original's; that the key is checked is not.
///
/// Writes are noted in the audit under the name of the setting that holds the key.
public final class LegacyGroupRoutes {
    private enum Code: Int {
        case success = 0
        case badParameter = 1
        case unknownAppKey = 2
        case wrongAppKey = 3
        case serverError = 10
        case createFailed = 11
        case changeFailed = 12

        var text: String {
            switch self {
            case .success: "成功"
            case .badParameter: "参数错误"
            case .unknownAppKey: "appKey不存在"
            case .wrongAppKey: "appKey不匹配"
            case .serverError: "服务器异常"
            case .createFailed: "创建群失败"
            case .changeFailed: "修改群成员失败"
            }
        }
    }

    private typealias Reply = (Code, GroupID?) -> Void

    private static let auditName = "http.app_key"
    private static let users = JSONSchema.array(of: .id, lengths: 1...GroupRules.maxMembers)
    private static let creation = JSONSchema.object([
        .init("req_user_id", .count), .init("app_key", .string).secret, .init("group_name", .name(.group)),
        .init("group_type", .integer(1...2)), .init("group_avatar", .name(.picture)), .init("user_id_list", users),
    ])
    private static let change = JSONSchema.object([
        .init("req_user_id", .count), .init("app_key", .string).secret, .init("group_id", .id),
        .init("modify_type", .integer(1...2)), .init("user_id_list", users),
    ])

    private let appKey: [UInt8]
    private let groups: Groups
    private let ledger: WriteLedger

    public init(appKey: String, _ shared: AdminAPI.Shared, _ database: Database, _ groups: Groups) {
        self.appKey = [UInt8](appKey.utf8)
        self.groups = groups
        ledger = WriteLedger(database, key: shared.key, log: shared.log)
    }

    public func add(to service: HTTPService) {
        service.add(.post, "/query/CreateGroup") { [self] request, _, answer in
            take(request, Self.creation, answer, createGroup)
        }
        service.add(.post, "/query/ChangeMembers") { [self] request, _, answer in
            take(request, Self.change, answer, changeMembers)
        }
    }

    /// Key before contents: who has none learns nothing about them.
    private func take(
        _ request: HTTPRequest, _ schema: JSONSchema, _ answer: @escaping HTTPService.Answer,
        _ handle: @escaping (JSON, @escaping Reply) -> Void
    ) {
        guard let body = JSON(reading: request.body) else { return Self.send(.badParameter, nil, answer) }
        if appKey.isEmpty { return Self.send(.unknownAppKey, nil, answer) }
        let (given, appKey) = ([UInt8]((body["app_key"]?.text ?? "").utf8), appKey)
        guard equalInConstantTime(given.rawBytes, appKey.rawBytes) else {
            return Self.send(.wrongAppKey, nil, answer)
        }
        guard schema.flaw(in: body) == nil else { return Self.send(.badParameter, nil, answer) }
        let record = WriteRecord(
            token: Self.auditName, method: request.method.rawValue, path: request.path,
            request: schema.redacted(body).bytes, requestID: RequestID.of(nil))
        ledger.open(request, record, isUrgent: false) { [ledger] opening in
            guard case .go(let entry) = opening else { return Self.send(.serverError, nil, answer) }
            handle(body) { code, group in
                let status: HTTPStatus = code == .success ? .ok : .conflict
                ledger.close(entry, status, [], isRepeatable: true) { Self.send(code, group, answer) }
            }
        }
    }

    private func createGroup(_ body: JSON, _ reply: @escaping Reply) {
        let creator = UserID(UInt32(clamping: body["req_user_id"]?.integer ?? 0))
        let group = NewGroup(
            name: body["group_name"]?.text ?? "", avatar: body["group_avatar"]?.text ?? "",
            creator: creator == UserID(0) ? nil : creator, type: body["group_type"]?.integer == 2 ? .tmp : .normal,
            members: Self.users(body))
        groups.make(group) { result in
            switch result {
            case .success((let id, _)): reply(.success, id)
            case .failure: reply(.createFailed, nil)
            }
        }
    }

    private func changeMembers(_ body: JSON, _ reply: @escaping Reply) {
        let group = GroupID(UInt32(clamping: body["group_id"]?.integer ?? 0))
        let change: GroupModifyType = body["modify_type"]?.integer == 2 ? .del : .add
        groups.changeMembers(change, Self.users(body), of: group, by: nil) { result, _ in
            switch result {
            case .success: reply(.success, nil)
            case .failure: reply(.changeFailed, nil)
            }
        }
    }

    private static func users(_ body: JSON) -> [UserID] {
        body["user_id_list"]?.items.compactMap(\.integer).map { UserID(UInt32(clamping: $0)) } ?? []
    }

    private static func send(_ code: Code, _ group: GroupID?, _ answer: HTTPService.Answer) {
        var members: [(String, JSON)] = [("error_code", .number(code.rawValue)), ("error_msg", .string(code.text))]
        if let group { members.append(("group_id", .number(Int(group.rawValue)))) }
        answer(HTTPResponse(.ok, type: "text/html;charset=utf-8", body: JSON.object(members).bytes))
    }
}
