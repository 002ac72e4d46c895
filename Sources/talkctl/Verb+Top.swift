import Primitives

extension Verb {
    static let top = [
        Verb(
            "top", nil, nil, "Shows what each node is doing, again and again until Ctrl-C.",
            [
                Option("--interval", "SECONDS", "between two looks (default: 2)"),
                Option("--count", "N", "so many looks (default: without end)"),
            ] + adminOptions, run: showTop)
    ]

    private static let headings = [
        "NODE", "SESSIONS", "MSG/S", "PUSH/S", "LOGIN/S", "QUEUE", "DB", "COMMIT50", "COMMIT99", "DELIVER99", "LATE99",
    ]

    private static func showTop(_ call: Invocation) throws -> Report {
        let port = try call.adminPort()
        let interval = Duration.seconds(try call.number("--interval", in: 1...3600, default: 2))
        let count = try call.number("--count", in: 1...1_000_000, default: 1_000_000)
        var before = look(try ClusterNodes(port))
        var last = Report("", .null)
        for round in 1...count {
            call.console.wait(interval)
            let nodes = try ClusterNodes(port)
            let now = look(nodes)
            last = .list(
                headings,
                nodes.all.filter { $0["state"]?.text != "left" }.map { node in
                    let id = node["id"]?.integer ?? 0
                    guard let new = now[id] else {
                        let isLive = nodes.live.contains { $0["id"]?.integer == id }
                        let word = isLive ? "does not answer" : "\(state(of: node)) for \(age(of: node))"
                        return [.string(node.nodeTitle), .string(word)] + blanks(headings.count - 2)
                    }
                    return row(node, NodeRates(before[id] ?? new, new, over: interval))
                },
                note: "\(nodes.own.map { "As \($0) sees it. " } ?? "")Times are upper bounds of the last "
                    + "\(interval.milliseconds / 1000) s.")
            before = now
            guard round < count else { break }
            let text = call.isJSON ? String(decoding: last.json.bytes, as: UTF8.self) : last.text
            guard call.console.show((call.console.isScreen && !call.isJSON ? clearScreen : "") + text + "\n") else {
                break
            }
        }
        return last
    }

    /// ECMA-48: the cursor to the first place, erase what follows.
    private static let clearScreen = "\u{1b}[H\u{1b}[J"

    static func blanks(_ count: Int) -> [JSON] { Array(repeating: .string(""), count: count) }

    /// By the number of the node.
    private static func look(_ nodes: ClusterNodes) -> [Int: JSON] {
        var found: [Int: JSON] = [:]
        for asked in nodes.ask("/admin/v1/statistics") {
            found[asked.node["id"]?.integer ?? 0] = try? asked.answer.get()
        }
        return found
    }

    private static func row(_ node: JSON, _ rates: NodeRates) -> [JSON] {
        func time(_ share: Double, _ latency: String) -> JSON {
            .string(rates.quantile(share, of: latency).map(words) ?? "-")
        }
        return [
            .string(node.nodeTitle), .number(rates.level("sessions")), .number(rates.perSecond("messages_stored")),
            .number(rates.perSecond("messages_pushed")), .number(rates.perSecond(#"logins{result="success"}"#)),
            .number(rates.level("append_queue_depth")), .number(rates.level("postgres_calls")),
            time(0.5, "commit"), time(0.99, "commit"), time(0.99, "delivery"), time(0.99, "loop_lateness"),
        ]
    }

    private static func words(_ microseconds: Int) -> String {
        switch microseconds {
        case ..<1000: "\(microseconds)us"
        case ..<1_000_000: "\(microseconds / 1000)ms"
        default: "\(microseconds / 1_000_000)s"
        }
    }
}
