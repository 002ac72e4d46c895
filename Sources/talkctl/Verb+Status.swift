import Primitives

extension Verb {
    static let status = [
        Verb(
            "status", nil, nil, "Says how the cluster is; exit code 4 if something is not as it should be.",
            adminOptions, run: showStatus)
    ]

    private static func showStatus(_ call: Invocation) throws -> Report {
        let nodes = try ClusterNodes(try call.adminPort())
        var findings: [String] = []
        for node in nodes.all where node["state"]?.text == "dead" {
            findings.append("\(node.nodeTitle): dead for \(age(of: node)); its log may say why")
        }
        for node in nodes.all where node["state"]?.text == "missing" {
            findings.append(
                "\(node.nodeTitle): missing for \(age(of: node)), and it did not say goodbye; its log may say why; "
                    + "if it is gone for good: talkctl forget \(node.nodeTitle)")
        }
        for node in nodes.live where node["state"]?.text == "suspect" {
            findings.append("\(node.nodeTitle): may be dead")
        }
        let readiness = nodes.ask("/admin/v1/readiness")
        for asked in readiness {
            switch asked.answer {
            case .failure(let failure): findings.append("\(asked.title): \(failure.text)")
            case .success(let page):
                for obstacle in (page["reasons"]?.items ?? []) + (page["warnings"]?.items ?? []) {
                    findings.append(
                        "\(asked.title): \(obstacle["code"]?.text ?? ""): \(obstacle["message"]?.text ?? "")")
                }
            }
        }
        let ready = readiness.count { (try? $0.answer.get())?["status"]?.text == "ready" }
        let sessions = nodes.live.reduce(0) { $0 + ($1["status"]?["sessions"]?.integer ?? 0) }
        let known = nodes.all.count { $0["state"]?.text != "left" }
        let summary = "\(ready) of \(known) nodes take users; \(sessions) sessions."
        let table = Report.list(
            ["NODE", "STATE", "SERVICE", "SESSIONS", "CLIENTS"],
            nodes.all.map { node in
                [
                    .string(node.nodeTitle), .string(state(of: node)), .string(service(of: node)),
                    node["status"]?["sessions"] ?? .string(""), node["status"]?["client_address"] ?? .string(""),
                ]
            })
        let text = ([summary, table.text] + (findings.isEmpty ? ["All is well."] : findings)).joined(separator: "\n")
        return Report(
            text,
            .object([
                ("nodes", .array(nodes.all)), ("ready", .number(ready)), ("sessions", .number(sessions)),
                ("findings", .array(findings.map(JSON.string))),
            ]),
            isUnhealthy: !findings.isEmpty)
    }
}
