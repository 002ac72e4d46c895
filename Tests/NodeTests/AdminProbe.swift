import HTTPClient
import HTTPCore
import Node
import Primitives
import Testing
import WireKit

/// Asks the administration API of a node, and checks each answer against the API's own description.
final class AdminProbe: Sendable {
    struct Answer {
        let status: Int
        let body: JSON
        let reply: HTTPReply

        subscript(name: String) -> JSON? { body[name] }
        var error: String? { body["error"]?["code"]?.text }
        var message: String { body["error"]?["message"]?.text ?? "" }
    }

    let node: TestNode
    let description: OpenAPIChecker

    /// - Parameter node: one of its own if none is given.
    init(_ node: TestNode? = nil) throws {
        let node = try node ?? TestNode()
        self.node = node
        let reply = try Self.send(.get, "/admin/v1/openapi.json", nil, TestNode.adminToken, [:], to: node)
        description = OpenAPIChecker(document: try #require(JSON(reading: reply.body)))
    }

    /// - Parameter token: `nil`: none.
    func ask(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, token: String? = TestNode.adminToken,
        fields: KeyValuePairs<StaticString, String> = [:]
    ) throws -> Answer {
        let reply = try send(method, path, body, token: token, fields: fields)
        #expect(reply.field("x-request-id")?.isEmpty == false)
        let json = try #require(JSON(reading: reply.body), "\(String(decoding: reply.body, as: UTF8.self))")
        #expect(description.flaws(in: json, of: method.rawValue, path, status: reply.status) == [])
        if reply.status >= 400 {
            #expect(json["error"]?["request_id"]?.text == reply.field("x-request-id"))
        }
        return Answer(status: reply.status, body: json, reply: reply)
    }

    /// A path of the description with something in the place of its parameters.
    static func example(of path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { segment in
            segment == "{conversation}" ? "1,2" : segment.hasPrefix("{") ? "1" : String(segment)
        }.joined(separator: "/")
    }

    /// The same without the checks.
    func send(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, token: String? = TestNode.adminToken,
        fields: KeyValuePairs<StaticString, String> = [:]
    ) throws -> HTTPReply {
        try Self.send(method, path, body, token, fields, to: node)
    }

    func get(_ path: String) throws -> Answer { try ask(.get, path) }

    static func send(
        _ method: HTTPMethod, _ path: String, _ body: String?, _ token: String?,
        _ fields: KeyValuePairs<StaticString, String>, to node: TestNode
    ) throws -> HTTPReply {
        var call = HTTPCall(method, path, body: body.map { Array($0.utf8) })
        if let token { call.add("Authorization", "Bearer \(token)") }
        for (name, value) in fields { call.add(name, value) }
        return try HTTPClient.send(call, to: node.node.adminAddress, within: .seconds(10))
    }
}
