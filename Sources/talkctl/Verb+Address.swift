import Primitives

extension Verb {
    static let address = [
        Verb(
            "address", nil, nil, "Shows where people find the cluster, with a code for the cameras of phones.",
            [Option("--node", "NUMBER", "of another node than the one that is asked")] + adminOptions,
            run: showAddress)
    ]

    private static func showAddress(_ call: Invocation) throws -> Report {
        let node = call.has("--node") ? "?node=\(try call.number("--node", in: 1...65_534))" : ""
        let address = try call.adminPort().get("/admin/v1/address\(node)")
        var lines = [
            "\(address["url"]?.text ?? "")  chat page, for browsers and phones",
            "\(address["login_server"]?.text ?? "")  login server, for the apps",
        ]
        if address["local"]?.isTrue == true {
            lines.append(
                """
                A phone cannot reach that: each machine finds itself there. Start with an address of this machine:
                deploy/local up --advertise ADDRESS; elsewhere set client.advertise, or http.advertise.
                """)
        } else {
            lines += halfBlocks(of: address["qr"]?.items.compactMap(\.text) ?? [])
        }
        return Report(lines.joined(separator: "\n"), address)
    }

    /// Two rows to a line, light on a dark terminal, with the light that must be around a code.
    static func halfBlocks(of rows: [String]) -> [String] {
        guard let size = rows.first?.count else { return [] }
        let zone = 4
        let light = String(repeating: "0", count: size + 2 * zone)
        let side = String(repeating: "0", count: zone)
        let above = Array(repeating: light, count: zone)
        let whole = above + rows.map { side + $0 + side } + above + [light]
        return stride(from: 0, to: whole.count - 1, by: 2).map { index in
            String(
                zip(whole[index], whole[index + 1]).map { upper, lower in
                    switch (upper == "1", lower == "1") {
                    case (false, false): "█"
                    case (false, true): "▀"
                    case (true, false): "▄"
                    case (true, true): " "
                    }
                })
        }
    }
}
