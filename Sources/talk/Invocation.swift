import Program
import Settings

/// What was asked for on the command line.
struct Invocation: Equatable {
    enum Failure: Error, Equatable {
        /// `--help` was asked for.
        case help
        case usage(String)
    }

    enum PasswordSource: Equatable {
        case terminal
        case file(String)
        /// The first line of standard input.
        case input
    }

    enum TLS: Equatable {
        case none
        /// The PEM file of those whose certificates are believed; `nil` for those of the system.
        case sealed(authorities: String?)
    }

    let name: String
    let http: [HostPort]
    let password: PasswordSource
    let tls: TLS

    static let help = """
        talk NAME [--http HOST:PORT]... [--password-file FILE | --password-stdin] [--tls [--tls-authorities FILE]]

        Logs NAME in, writes and reads messages; when a server ends, goes on at another one.

          --http HOST:PORT      where to ask for a server, GET /msg_server (default 127.0.0.1:8080). Repeat it for each
                                node, and any of them may end: they are asked in turn
          --password-file FILE  the password is the first line of FILE; without either it is asked for
          --password-stdin      it is the first line of standard input
          --tls                 speaks TLS with the server, whose certificate must be of its address
          --tls-authorities FILE
                                PEM file of whose certificates are believed (default: system)

        What to type:
          bob: hello            writes to bob; without a name, to whom you wrote last. "✓ 17" says that it is stored as
                                number 17 of the conversation
          Lunch: hello          writes to a group that you are in; g5: hello to group number 5
          /r hello              writes back, to where the last text of somebody else came from
          /who, /groups         who is online; the groups that you are in
          /history bob          the last 20 messages, of a group too
          /send report.pdf      a file to whom you wrote to last
          /save 3               the picture, voice message or file that was shown with this number
          /quit                 ends when everything is acknowledged, as does the end of the input

        Exit codes: 0 ok, 1 failed or refused, 2 usage, 3 nobody reached.

        """

    /// - Parameter arguments: those after the name of the program.
    init(_ arguments: [String]) throws(Failure) {
        var names: [String] = []
        var http: [HostPort] = []
        var sources: [PasswordSource] = []
        var isSealed = false
        var authorities: String?
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                names.append(argument)
                continue
            }
            // Both forms that people try: "--http A:1" and "--http=A:1".
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let attached = parts.dropFirst().first
            switch (parts[0], attached) {
            case ("--help", nil): throw .help
            case ("--password-stdin", nil): sources.append(.input)
            case ("--password-file", _): sources.append(.file(try Self.value("--password-file FILE", attached, &rest)))
            case ("--tls", nil): isSealed = true
            case ("--tls-authorities", _): authorities = try Self.value("--tls-authorities FILE", attached, &rest)
            case ("--http", _):
                let text = try Self.value("--http HOST:PORT", attached, &rest)
                guard let place = HostPort(setting: text) else {
                    throw .usage("--http \(text): expected a host and a port, such as 127.0.0.1:8080")
                }
                http.append(place)
            default: throw .usage("unknown option '\(argument)'")
            }
        }
        guard let name = names.first else { throw .usage("NAME is missing") }
        if names.count > 1 { throw .usage("unexpected argument '\(names[1])'") }
        if sources.count > 1 { throw .usage("give the password in one way only") }
        if authorities != nil, !isSealed { throw .usage("--tls-authorities is for --tls") }
        self.name = name
        tls = isSealed ? .sealed(authorities: authorities) : .none
        self.http = http.isEmpty ? [HostPort(host: "127.0.0.1", port: 8080)] : http
        password = sources.first ?? .terminal
    }

    private static func value(
        _ option: String, _ attached: String?, _ rest: inout ArraySlice<String>
    ) throws(Failure) -> String {
        guard let value = attached ?? rest.popFirst() else { throw .usage("a value is missing: \(option)") }
        return value
    }

    func readPassword() throws(Failure) -> String {
        let password: String?
        switch self.password {
        case .terminal:
            guard Terminal.Stream.input.isInteractive else {
                throw .usage("there is no terminal to ask for the password: give --password-file FILE")
            }
            password = Terminal.askSecret("Password of \(name): ")
        case .input:
            password = readLine()
        case .file(let path):
            do {
                password = SecretText.firstLine(of: try TextFile.readSecret(path))
            } catch {
                throw .usage("cannot read \(path): \(error.reason)")
            }
        }
        guard let password, !password.isEmpty else { throw .usage("the password is empty") }
        return password
    }
}
