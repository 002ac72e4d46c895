import Directory
import Testing

@Suite struct NameRuleTests {
    @Test(arguments: [
        "alice", "7", "Ann Lee", "o'neil", "a.b@example.org", "张伟", "张伟 Alice", "Ünal", "Анна", "Άννα",
        "田中さん", "김철수", "محمد",
    ])
    func whatPeopleAreCalledIsTaken(name: String) {
        #expect(NameRule.user.flaw(in: name) == nil)
    }

    @Test(arguments: [
        ("", "it is empty"), (" ann", "it starts or ends with a blank"), ("ann\u{7}", "it contains control characters"),
        ("ann\0", "it contains control characters"), ("ann\nlee", "it contains control characters"),
        ("ann\u{2028}", "it contains line ends"), ("\u{feff}ann", "it contains characters that nobody sees (U+FEFF)"),
        ("an\u{200b}n", "it contains characters that nobody sees (U+200B)"),
        ("\u{202e}ann", "it contains characters that nobody sees (U+202E)"),
        ("\u{3164}", "it contains characters that nobody sees (U+3164)"),
        ("ann\u{fe0f}", "it contains characters that nobody sees (U+FE0F)"),
        ("ann\u{a0}lee", "it contains blanks of another kind than the usual one (U+00A0)"),
        ("ann\u{e000}", "it contains characters that mean nothing (U+E000)"),
        ("ann\u{378}", "it contains characters that mean nothing (U+0378)"),
        ("alice,bob", "it contains ',', which stands between names"),
        ("a/b", "it contains '/', which stands behind names"),
        ("--json", "it starts with '-', as options do"), ("#7", "it starts with '#', as numbers do"),
        ("ａｌｉｃｅ", "it contains a copy of another character (U+FF41)"),
        ("①", "it contains a copy of another character (U+2460)"),
        ("аlice", "it mixes letters of alphabets that look alike (Latin, Greek, Cyrillic and others)"),
        ("Αlice", "it mixes letters of alphabets that look alike (Latin, Greek, Cyrillic and others)"),
        ("e\u{301}a", "it is not in Unicode's normal form C"),
        (String(repeating: "n", count: 65), "it is longer than 64 characters"),
        (String(repeating: "张", count: 22), "it is longer than 64 bytes"),
    ])
    func whatCouldBeTakenForSomethingElseIsRefused(name: String, flaw: String) {
        #expect(NameRule.user.flaw(in: name) == flaw)
    }

    /// The columns of the original hold characters, whatever their bytes.
    @Test func groupsAndDepartmentsMayBeCalledMore() {
        for name in ["Team, Berlin / Köln", "🎉 Fest", "👩\u{200d}💻 ❤\u{fe0f}", "①", "#1 fans", "- all -", "7"] {
            #expect(NameRule.group.flaw(in: name) == nil, "\(name)")
            #expect(NameRule.nick.flaw(in: name) == nil, "\(name)")
        }
        #expect(NameRule.group.flaw(in: String(repeating: "群", count: 256)) == nil)
        #expect(NameRule.group.flaw(in: String(repeating: "群", count: 257)) == "it is longer than 256 characters")
        #expect(NameRule.department.flaw(in: String(repeating: "部", count: 64)) == nil)
        #expect(NameRule.department.flaw(in: String(repeating: "部", count: 65)) == "it is longer than 64 characters")
        #expect(NameRule.department.flaw(in: "#3") != nil)
        for rule in [NameRule.group, .department, .nick] {
            #expect(rule.flaw(in: "a\u{202e}b") == "it contains characters that nobody sees (U+202E)")
            #expect(rule.flaw(in: "a\u{200d}b") == "it contains characters that nobody sees (U+200D)")
        }
    }

    @Test func whatUsersSayOfThemselvesIsSeenAsAWhole() {
        for rule in [NameRule.sign, .contact, .picture] {
            for text in ["", "+49 (30) 1234", "-1", "#1", "https://a.example/x?y=%20", "🎉"] {
                #expect(rule.flaw(in: text) == nil, "\(text)")
            }
            #expect(rule.flaw(in: "a\u{1b}[2J") == "it contains control characters")
            #expect(rule.flaw(in: "a\nb") == "it contains control characters")
            #expect(rule.flaw(in: "a\u{202e}b") == "it contains characters that nobody sees (U+202E)")
            let long = String(repeating: "张", count: rule.maxLength)
            #expect(rule.flaw(in: long) == nil)
            #expect(rule.flaw(in: long + "a") == "it is longer than \(rule.maxLength) characters")
        }
    }
}
