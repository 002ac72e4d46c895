import Settings
import Testing

@Suite(.timeLimit(.minutes(5))) struct ProblemTests {
    /// As Docker leaves it of a secret that was not there.
    @Test(arguments: ["", "\n", " \r\n"]) func anEmptySecretFileIsNamed(contents: String) {
        let read: Schema.SecretReader = { _ throws(SecretFileError) in contents }
        let error = #expect(throws: ConfigurationError.self) {
            try Example.load(file: "postgres.password_file = /x", readSecret: read)
        }
        #expect(error?.description == "g.conf:1: cannot read 'postgres.password' from '/x': it is empty")
    }

    @Test(arguments: [
        ("listn = a:1", "g.conf:1: unknown setting 'listn'; did you mean 'listen'?"),
        ("\n\nwhatever = 1", "g.conf:3: unknown setting 'whatever'"),
        ("timeout 3s", "g.conf:1: expected 'name = value'"),
        ("= 3s", "g.conf:1: expected 'name = value'"),
        (#"timeout = "3s"#, "g.conf:1: the quotes of the value are wrong"),
        (#"timeout = "3s" x"#, "g.conf:1: the quotes of the value are wrong"),
        (#"timeout = "\t""#, "g.conf:1: the quotes of the value are wrong"),
        (
            "timeout = 3",
            "g.conf:1: 'timeout' = '3': expected a duration with its unit (us, ms, s, m, h, d), such as 30s"
        ),
        ("log.format = xml", "g.conf:1: 'log.format' = 'xml': expected one of json, text"),
        ("postgres.pool_size = 0", "g.conf:1: 'postgres.pool_size' = '0': must be from 1 to 64"),
        ("timeout = 1s\ntimeout = 2s", "g.conf:2: 'timeout' is already given by g.conf:1"),
        ("postgres.password = hunter 2", "g.conf:1: 'postgres.password' (a secret): must not contain blanks"),
        (
            "postgres.password = a\npostgres.password_file = b",
            "g.conf:2: 'postgres.password_file' is already given by g.conf:1"
        ),
        ("postgres.password_file = /x", "g.conf:1: cannot read 'postgres.password' from '/x': no such file"),
        ("listen_file = /x", "g.conf:1: unknown setting 'listen_file'"),
    ])
    func theFileIsCheckedLineByLine(file: String, complaint: String) {
        #expect(Example.complaints(file: file) == complaint)
    }

    @Test func variablesAndFlagsAreChecked() {
        #expect(
            Example.complaints(environment: ["GRAPEVINE_TIMEOT": "3s", "GRAPEVINE_DRAIN": "yes"]) == """
                unknown setting 'GRAPEVINE_TIMEOT'; did you mean 'GRAPEVINE_TIMEOUT'?
                GRAPEVINE_DRAIN: 'drain' = 'yes': expected on or off
                """)
        #expect(
            Example.complaints(arguments: ["serve", "--tiemout=3s", "--limit-message", "64KB", "--drain"]) == """
                unexpected argument 'serve'
                unknown setting '--tiemout'; did you mean '--timeout'?
                --drain: a value must follow
                --limit-message: 'limit.message' = '64KB': expected a size with its unit (B, KiB, MiB, GiB), \
                such as 64KiB
                """)
    }

    @Test func aBadValueIsNamedEvenIfALaterLayerReplacesIt() {
        #expect(Example.complaints(file: "drain = maybe", arguments: ["--drain", "on"]).hasPrefix("g.conf:1: 'drain'"))
    }

    @Test func whatHasNoDefaultMustBeGiven() {
        let schema = Schema([Setting<String>(required: "node.name", help: "Name of this node.")])
        let error = #expect(throws: ConfigurationError.self) {
            try schema.load(file: nil, environment: [:], arguments: []) { _ throws(SecretFileError) in "" }
        }
        #expect(error?.problems == [.missing("node.name")])
        #expect(
            error?.description == "'node.name' must be given, in the file or by GRAPEVINE_NODE_NAME or --node-name")
    }

    @Test func aBadTableIsFoundByItsFirstUse() async {
        await #expect(processExitsWith: .failure) {
            _ = Schema([Setting("a.b", default: 1, help: ""), Setting("a_b", default: 1, help: "")])
        }
        await #expect(processExitsWith: .failure) { _ = Schema([Setting("a..b", default: 1, help: "")]) }
        await #expect(processExitsWith: .failure) { _ = Schema([Setting("a", default: 9, in: 1...2, help: "")]) }
    }
}
