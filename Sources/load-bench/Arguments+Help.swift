/// The text for `--help`.
extension Arguments {
    static let help = """
        load-bench puts load on a running server, and finds out whether messages were lost, doubled or out of order.

        """ + Verb.allCases.map { "  load-bench \($0.rawValue) --help   \($0.meaning)\n" }.joined() + """

        Exit codes: 0 ok, 1 could not run, 2 usage, 3 server unreachable, 4 violation found.
        Ctrl-C ends the sending early; everything is still checked and reported.

        """

    static func help(_ verb: Verb) -> String {
        "load-bench \(verb.rawValue): \(verb.meaning)\n\n" + table(verb.flags) + "\n" + table(Flag.common)
    }

    private static func table(_ flags: [Flag]) -> String {
        let width = 22
        return flags.map { flag in
            let left = [flag.name, flag.placeholder].compactMap(\.self).joined(separator: " ")
            return "  " + left + String(repeating: " ", count: max(1, width - left.count)) + flag.help + "\n"
        }.joined()
    }
}
