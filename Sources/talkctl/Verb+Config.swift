import Node
import Primitives

extension Verb {
    static let config = [
        Verb(
            "config", "check", nil, "Reads a configuration as a node would, and says what is wrong with it.",
            run: checkConfiguration),
        Verb(
            "config", "show", nil, "Lists the settings that a node runs with, and where each value comes from.",
            [Option("--node", "NUMBER", "of another node than the one that is asked")] + adminOptions,
            run: showConfiguration),
    ]

    private static func checkConfiguration(_ call: Invocation) throws -> Report {
        let configuration = try call.configuration()
        try configuration.check()
        return Report(
            "\(configuration.path) is right.", .object([("file", .string(configuration.path)), ("ok", .bool(true))]))
    }

    private static func showConfiguration(_ call: Invocation) throws -> Report {
        let node = call.has("--node") ? "?node=\(try call.number("--node", in: 1...65_534))" : ""
        let settings = try call.adminPort().get("/admin/v1/config\(node)")["items"] ?? .array([])
        let table = Report.list(
            ["NAME", "VALUE", "SOURCE", "AFTER A CHANGE"],
            settings.items.map { setting in
                [
                    setting["name"] ?? .null, .string(setting["value"]?.text ?? "(secret)"),
                    setting["source"] ?? .null,
                    .string(setting["reloads"]?.isTrue == true ? "SIGHUP" : "restart"),
                ]
            })
        return Report(table.text, settings)
    }
}
