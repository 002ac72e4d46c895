import DBProxy
import HTTPCore
@testable import NodeAdmin
import Primitives
import Testing

/// What the API says of itself and of what went wrong.
@Suite struct DescriptionTests {
    @Test func everyRouteIsDescribed() throws {
        let facts = Facts()
        let routes = HealthRoutes.all(facts) + OperationRoutes.all(facts) + SessionRoute.all(facts)
        let paths = try #require(OpenAPI.describe(routes, title: "Test", version: "1.2")["paths"])
        for route in routes {
            let method = route.method.rawValue.lowercased()
            let operation = try #require(paths[route.path]?[method])
            #expect(operation["summary"]?.text == route.summary)
            #expect(operation["x-scope"]?.text == route.scope?.rawValue)
            let parameters = operation["parameters"]?.items.compactMap { $0["name"]?.text } ?? []
            #expect(parameters == route.parameters.map(\.name) + (route.takesKey ? ["Idempotency-Key"] : []))
        }
    }

    @Test func secretsStayOutOfTheAudit() {
        let schema = JSONSchema.object([.init("name", .string), .init("password", .string).secret])
        let body = JSON.object([("name", .string("dave")), ("password", .string("open sesame"))])
        #expect(schema.flaw(in: body) == nil)
        #expect(schema.redacted(body)["name"]?.text == "dave")
        #expect(schema.redacted(body)["password"]?.text == "***")
    }

    @Test(arguments: [
        (#"{"id":1}"#, "name", "is missing"), (#"{"name":"a","id":1,"x":2}"#, "x", "is unknown; there are: name, id"),
        (#"{"name":1,"id":1}"#, "name", "must be a text"), (#"{"name":"a","id":9}"#, "id", "must be from 1 to 5"),
        ("[]", "", "must be an object"),
    ])
    func bodiesAreHeldAgainstTheirSchema(body: String, place: String, text: String) throws {
        let schema = JSONSchema.object([.init("name", .string), .init("id", .integer(1...5))])
        let value = try #require(JSON(reading: [UInt8](body.utf8)))
        let flaw = try #require(schema.flaw(in: value))
        #expect(flaw.place == place && flaw.text == text)
    }

    /// Only what changed nothing may be sent again under its key.
    @Test func whatWasPerhapsDoneIsNotRepeatable() {
        for error in [DatabaseError.unavailable, .overloaded] { #expect(Problem(error).isRepeatable) }
        for error in [DatabaseError.deadline, .connectionLost, .unexpectedAnswer, .refused(SQLState("23505"))] {
            #expect(!Problem(error).isRepeatable)
        }
        #expect(Problem(.deadline).kind.code == "database_unavailable")
        #expect(Problem(.unexpectedAnswer).kind.code == "internal")
        #expect(Problem(.unexpectedAnswer).message != Problem(.refused(SQLState("23505"))).message)
    }

    @Test func aStoredProblemGetsTheNumberOfTheRequest() {
        let problem = Problem(.invalid, "no").json(requestID: "first")
        #expect(Problem.rename(problem, to: "second")["error"]?["request_id"]?.text == "second")
        #expect(Problem.rename(problem, to: "second")["error"]?["message"]?.text == "no")
        #expect(Problem.rename(.object([("id", .number(1))]), to: "second")["id"]?.integer == 1)
    }

    @Test func aPageOfAnotherNodeComesBackWhole() throws {
        let page = NodePage(.serviceUnavailable, .object([("status", .string("not_ready"))]))
        let read = try #require(NodePage(reading: page.bytes))
        #expect(read.status == .serviceUnavailable && read.body["status"]?.text == "not_ready")
        for bytes: [UInt8] in [[], [0], [0, 200], [255, 255, 123, 125], [0, 200, 123]] {
            #expect(NodePage(reading: bytes) == nil)
        }
    }
}
