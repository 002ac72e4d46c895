import Administration
import HTTPClient
import HTTPCore
import Node
import PostgresKit
import Primitives
import TalkProtocol
import Testing
import WireKit

/// A program that speaks `/bot/v1` to a node, and checks each answer against the description.
final class BotProbe: Sendable {
    let node: TestNode
    let token: String
    private let description: OpenAPIChecker

    /// - Parameter token: `nil`: none is given.
    init(_ node: TestNode, token: String) throws {
        self.node = node
        self.token = token
        let reply = try HTTPClient.send(
            HTTPCall(.get, "/bot/v1/openapi.json"), to: node.node.httpAddress, within: .seconds(10))
        description = OpenAPIChecker(document: try #require(JSON(reading: reply.body)))
    }

    /// A bot of this name, which the database gives the next number, and its first token.
    static func make(_ name: String, at node: TestNode) throws -> (id: UserID, probe: BotProbe) {
        let administrator = try Administrator(node.database.address)
        let id = try administrator.addBot(name, nick: name, departmentID: 0)
        let token = try administrator.addBotToken("first", of: name, group: nil)
        return (id, try BotProbe(node, token: token))
    }

    func ask(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, within limit: Duration = .seconds(40)
    ) throws -> AdminProbe.Answer {
        var call = HTTPCall(method, "/bot/v1" + path, body: body.map { Array($0.utf8) })
        call.add("Authorization", "Bearer \(token)")
        let reply = try HTTPClient.send(call, to: node.node.httpAddress, within: limit)
        let json = try #require(JSON(reading: reply.body), "\(String(decoding: reply.body, as: UTF8.self))")
        #expect(description.flaws(in: json, of: method.rawValue, "/bot/v1" + path, status: reply.status) == [])
        return AdminProbe.Answer(status: reply.status, body: json, reply: reply)
    }

    func say(_ text: String, to conversation: String, key: String? = nil) throws -> AdminProbe.Answer {
        let key = key.map { #","key":"\#($0)""# } ?? ""
        return try ask(.post, "/conversations/\(conversation)/messages", #"{"text":"\#(text)"\#(key)}"#)
    }

    /// What is new, as `conversation/id text`.
    func news(_ query: String = "") throws -> [String] {
        let answer = try ask(.get, "/updates\(query)")
        #expect(answer.status == 200)
        return answer["items"]?.items.map(Self.line) ?? []
    }

    static func line(_ item: JSON) -> String {
        let text = item["text"]?.text ?? item["type"]?.text ?? ""
        return "\(item["conversation"]?.text ?? "")/\(item["id"]?.integer ?? 0) \(text)"
    }

    func markRead(_ conversation: String, through id: Int) throws -> AdminProbe.Answer {
        try ask(.put, "/conversations/\(conversation)/read", #"{"through":\#(id)}"#)
    }
}
