import Settings
import Testing

/// One secret in the hands of many: an editor, a clipboard, `kubectl create secret`.
@Suite struct SecretTextTests {
    private static let forms = [
        "s3cret", "s3cret\n", "s3cret\r\n", "s3cret\n\n", "\u{feff}s3cret", "\u{feff}s3cret\r\n",
        " s3cret", "s3cret \n",
        "\ts3cret\t", "\n\u{feff} s3cret",
    ]

    @Test(arguments: forms)
    func itIsTheSameFromEverySource(form: String) throws {
        let read: Schema.SecretReader = { _ throws(SecretFileError) in form }
        let unix = String(String.UnicodeScalarView(form.unicodeScalars.filter { $0 != "\r" }))
        let quoted = unix.replacing("\n", with: "\\n")
        let readings = [
            try Example.load(file: "postgres.password_file = /f", readSecret: read),
            try Example.load(file: "postgres.password = \"\(quoted)\""),
            try Example.load(environment: ["GRAPEVINE_POSTGRES_PASSWORD": form]),
            try Example.load(environment: ["GRAPEVINE_POSTGRES_PASSWORD_FILE": "/f"], readSecret: read),
            try Example.load(arguments: ["--postgres-password", form]),
            try Example.load(arguments: ["--postgres-password=\(form)"]),
        ]
        #expect(readings.map { $0[Example.password] } == Array(repeating: "s3cret", count: readings.count))
    }

    @Test(arguments: ["one\ntwo", "one\u{a0}two", "one\u{200b}", "one\u{feff}two", "one\0"])
    func whatNobodySeesIsRefused(secret: String) {
        let complaint = "must be one line without characters that nobody sees"
        #expect(
            Example.complaints(environment: ["GRAPEVINE_POSTGRES_PASSWORD": secret])
                == "GRAPEVINE_POSTGRES_PASSWORD: 'postgres.password' (a secret): \(complaint)")
    }

    @Test func blanksAroundOtherValuesCountNoMoreThanInAFile() throws {
        let configuration = try Example.load(
            environment: ["GRAPEVINE_TIMEOUT": " 5s\n"], arguments: ["--log-format", "text\r\n"])
        #expect(configuration[Example.timeout] == .seconds(5) && configuration[Example.format] == .text)
    }

    @Test func aPasswordKeepsItsBlanks() {
        #expect(SecretText.firstLine(of: "\u{feff} two words \r\nmore") == " two words ")
        #expect(SecretText.firstLine(of: "") == "" && SecretText.firstLine(of: "\n\nx") == "")
    }
}
