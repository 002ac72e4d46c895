import Primitives

extension Verb {
    static let trace = [
        Verb(
            "trace", nil, "CONVERSATION/ID",
            "Says what became of a message. CONVERSATION is g and the number of a group, or two users with a comma: "
                + "names, or numbers such as '#7'.",
            adminOptions, run: follow)
    ]

    private static func follow(_ call: Invocation) throws -> Report {
        let parts = call.subject.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = UInt32(parts[1]), id > 0 else {
            throw call.verb.misuse("\(call.subject): expected such as g5/17, or alice,bob/17")
        }
        let conversation = try conversation(String(parts[0]), call)
        let port = try call.adminPort()
        let page = "/admin/v1/conversations/\(conversation)/messages/\(id)"
        let stored = try port.get(page)
        let nodes = try ClusterNodes(port)
        let trails = nodes.ask("\(page)/trace")
        let notes = trails.flatMap { trail -> [(String, JSON)] in
            ((try? trail.answer.get()["notes"]?.items) ?? []).map { (trail.title, $0) }
        }
        // The clocks of nodes differ a little; the steps on each of them are in their order.
        let sorted = firstReads(notes.sorted { ($0.1["at"]?.text ?? "") < ($1.1["at"]?.text ?? "") })
        let table = Report.list(
            ["AT", "NODE", "STEP", "USER", "DEVICE"],
            sorted.map { title, note in
                let step = note["step"]?.text ?? ""
                let peer = note["peer"]?.integer.map { " to \(nodes.title(of: $0))" } ?? ""
                let reason = note["reason"]?.text.map { ": another, \($0)" } ?? ""
                return [
                    note["at"] ?? .null, .string(title), .string(step + peer + reason),
                    .string(note["user"]?.integer.map(String.init) ?? ""), .string(note["device"]?.text ?? ""),
                ]
            })
        return Report(
            ([summary(stored)] + [sorted.isEmpty ? "No node remembers its way." : table.text] + forgotten(trails))
                .joined(separator: "\n"),
            .object([
                ("message", stored),
                (
                    "nodes",
                    .array(trails.map { .object([("node", $0.node["id"] ?? .null), ("trail", $0.json)]) })
                ),
            ]))
    }

    /// Who reads a later message reads this one again; only the first time is of interest.
    private static func firstReads(_ notes: [(String, JSON)]) -> [(String, JSON)] {
        var readers: Set<Int> = []
        return notes.filter { _, note in
            guard note["step"]?.text == "read", let user = note["user"]?.integer else { return true }
            return readers.insert(user).inserted
        }
    }

    private static func summary(_ stored: JSON) -> String {
        func users(_ name: String) -> String {
            stored[name]?.items.compactMap(\.integer).map(String.init).joined(separator: ", ") ?? ""
        }
        let read = users("read_by")
        return "Stored at \(stored["at"]?.text ?? ""): \(stored["type"]?.text ?? "") of "
            + "\(stored["bytes"]?.integer ?? 0) bytes from user \(stored["from"]?.integer ?? 0), for \(users("for")); "
            + (read.isEmpty ? "nobody has read it." : "read by \(read).")
    }

    /// What a node cannot tell any more.
    private static func forgotten(_ trails: [ClusterNodes.Answer]) -> [String] {
        trails.map { trail in
            switch trail.answer {
            case .success(let page): "\(trail.title) remembers since \(page["since"]?.text ?? "")."
            case .failure(let failure): "\(trail.title): \(failure.text)"
            }
        }
    }

    /// As it stands in paths.
    static func conversation(_ text: String, _ call: Invocation) throws -> String {
        let users = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if users.count == 1 { return text }
        return try users.map { String(try number(ofUser: $0, call)) }.joined(separator: ",")
    }
}
