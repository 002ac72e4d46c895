import HTTPCore
import Primitives

/// What `FileService` takes and gives, as OpenAPI 3.1 has it. Codes and words of refusals are those of `FileReply`.
enum FileDescription {
    static func document(version: String) -> JSON {
        .object([
            ("openapi", .string("3.1.0")),
            (
                "info",
                .object([
                    ("title", .string("Grapevine files")), ("version", .string(version)),
                    (
                        "description",
                        .string(
                            "A file from one user to another, in parts of \(FileParts.byteCount) bytes; the last one "
                                + "has the rest. The session gives tokens (0x050d). Any node takes and gives any part.")
                    ),
                ])
            ),
            (
                "paths",
                .object([
                    ("/files/{task}", .object([("parameters", .array([task])), ("get", file)])),
                    ("/files/{task}/parts", .object([("parameters", .array([task])), ("get", state)])),
                    ("/files/{task}/parts/{start}", .object([("parameters", .array([task, start])), ("put", part)])),
                    ("/files/{task}/store", .object([("parameters", .array([task])), ("post", join)])),
                ])
            ),
            (
                "components",
                .object([
                    ("schemas", .object([("State", stateSchema), ("Problem", problemSchema)])),
                    (
                        "securitySchemes",
                        .object([
                            ("token", .object([("type", .string("http")), ("scheme", .string("bearer"))])),
                            (
                                "tokenInQuery",
                                .object([
                                    ("type", .string("apiKey")), ("in", .string("query")), ("name", .string("token")),
                                ])
                            ),
                        ])
                    ),
                ])
            ),
        ])
    }

    // MARK: Requests

    private static let state = operation(
        "How much of a file is there", "get_parts",
        [(.ok, "what is there", reference("State"))], [.unauthorized, .noFile, .unavailable])

    private static let part = operation(
        "Brings the part that begins there; the first one for a place stays", "put_part",
        [(.ok, "it is on as many disks as is wanted", reference("State"))],
        [.wrongPart, .wrongDigest, .unauthorized, .noFile, .busy, .full, .unavailable],
        more: [
            (
                "parameters",
                .array([
                    parameter(
                        "Content-Digest", in: "header", type("string"),
                        "`sha-256=:…:` (RFC 9530) is compared with the bytes", isRequired: false)
                ])
            ),
            ("requestBody", .object([("required", .bool(true)), ("content", bytes)])),
        ])

    private static let join = operation(
        "All parts are there: makes the file of them", "post_store",
        [
            (.ok, "the file is stored", reference("State")),
            (.accepted, "that goes on: ask again", reference("State")),
            (.conflict, "parts are missing", reference("State")),
        ], [.unauthorized, .noFile, .busy, .full, .unavailable])

    /// Its answers are bytes, so that they have no schema.
    private static let file = operation(
        "The file, for its receiver, whole or a range (RFC 9110, section 14), with Repr-Digest", "get_file",
        [(.ok, "the file", nil), (.partialContent, "a range of it", nil), (.rangeNotSatisfiable, "it is shorter", nil)],
        [.unauthorized, .noFile, .unavailable],
        more: [("security", .array(["token", "tokenInQuery"].map { .object([($0, .array([]))]) }))])

    // MARK: What they are made of

    private static func operation(
        _ summary: String, _ id: String, _ answers: [(status: HTTPStatus, text: String, schema: JSON?)],
        _ problems: [FileReply.Problem], more: [(String, JSON)] = []
    ) -> JSON {
        var responses = answers.map { response($0.status.rawValue, $0.text, $0.schema) }
        let byStatus = Dictionary(grouping: problems, by: \.status.rawValue)
        for (status, problems) in byStatus.sorted(by: { $0.key < $1.key }) {
            let text = problems.map { "`\($0.rawValue)`: \($0.message)" }.joined(separator: " ")
            responses.append(response(status, text, reference("Problem")))
        }
        var members: [(String, JSON)] = [("summary", .string(summary)), ("operationId", .string(id))] + more
        if !more.contains(where: { $0.0 == "security" }) { members.append(("security", .array([token]))) }
        return .object(members + [("responses", .object(responses))])
    }

    /// - Parameter schema: `nil`: it is bytes.
    private static func response(_ status: Int, _ text: String, _ schema: JSON?) -> (String, JSON) {
        let body = schema.map { content("application/json", ["schema": $0]) } ?? bytes
        return ("\(status)", .object([("description", .string(text)), ("content", body)]))
    }

    private static let token = JSON.object([("token", .array([]))])
    private static let task = parameter("task", in: "path", type("string"), "as the offer of the file was answered")
    private static let start = parameter("start", in: "path", number, "a multiple of `part_size`")

    private static func parameter(
        _ name: String, in place: String, _ schema: JSON, _ note: String, isRequired: Bool = true
    ) -> JSON {
        .object([
            ("name", .string(name)), ("in", .string(place)), ("required", .bool(isRequired)),
            ("description", .string(note)), ("schema", schema),
        ])
    }

    private static func content(_ type: String, _ members: KeyValuePairs<String, JSON>) -> JSON {
        .object([(type, .object(members.map { ($0.key, $0.value) }))])
    }

    private static var bytes: JSON { content("application/octet-stream", [:]) }

    private static func reference(_ name: String) -> JSON {
        .object([("$ref", .string("#/components/schemas/\(name)"))])
    }

    private static func type(_ name: String) -> JSON { .object([("type", .string(name))]) }

    private static let number = JSON.object([("type", .string("integer")), ("minimum", .number(0))])

    private static func words(_ words: [String]) -> JSON {
        .object([("type", .string("string")), ("enum", .array(words.map { .string($0) }))])
    }

    private static func closed(_ members: [(String, JSON)]) -> JSON {
        .object([
            ("type", .string("object")), ("properties", .object(members)),
            ("required", .array(members.map { .string($0.0) })), ("additionalProperties", .bool(false)),
        ])
    }

    private static let stateSchema = closed([
        ("state", words(["receiving", "storing", "stored"])), ("size", number), ("received", number),
        ("part_size", number), ("sha256", .object([("anyOf", .array([type("string"), type("null")]))])),
    ])

    private static let problemSchema = closed([
        ("error", closed([("code", words(FileReply.Problem.allCases.map(\.rawValue))), ("message", type("string"))]))
    ])
}
