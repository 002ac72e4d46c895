import FoundationEssentials
import PostgresKit
import Testing
@testable import talkctl

@Suite struct TalkctlTests {
    @Test func usersAreMadeListedAndDisabled() throws {
        let place = try Place()
        #expect(place.run("department add Sales").output == "Department Sales has id 1.\n")
        #expect(
            place.run("user add ann --nick Ann --department Sales --password-stdin", typing: ["secret one"]).output
                == "User ann has id 1.\n")
        #expect(place.run("user add bob", typing: ["secret one", "secret one"]).output == "User bob has id 2.\n")
        #expect(
            place.run("user add ann --if-missing --json").output == #"{"id":1,"name":"ann","made":false}"# + "\n")
        #expect(place.run("user passwd bob", typing: ["other one", "other one"]).code == 0)
        #expect(place.run("user disable bob").code == 0)
        #expect(
            place.run("user list").output == """
                ID  NAME  NICK  DEPARTMENT  STATUS
                1   ann   Ann   Sales       active
                2   bob   bob               left

                """)
        #expect(
            place.run("user list --prefix a --json").output
                == #"[{"id":1,"name":"ann","nick":"Ann","department":"Sales","status":"active"}]"# + "\n")
        #expect(
            place.run("user list --limit 1").output.hasSuffix("\nThere are more: use --prefix, or a higher --limit.\n"))
    }

    @Test("what users write about themselves gives the terminal no orders; programs get it as it is")
    func textsOfOthers() throws {
        let place = try Place()
        #expect(place.run("user add ann --password-stdin", typing: ["secret one"]).code == 0)
        try place.database.execute("update account set nick = E'A\\x1b]0;x\\x07\\nactive\\u202enn'")
        let list = place.run("user list").output
        #expect(list.contains("A]0;x activenn"))
        #expect(!list.contains("\u{1b}") && list.split(separator: "\n").count == 2)
        #expect(place.run("user list --json").output.contains(#"\u001b"#))
    }

    @Test func seedsAndGroups() throws {
        let place = try Place()
        #expect(place.run("user seed --prefix u --count 3 --password x").output == "3 users made.\n")
        #expect(
            place.run("user seed --prefix u --count=4 --password x --json").output
                == #"{"made":1,"present":3}"# + "\n")
        #expect(
            place.run("group create Team --creator u1 --members u2,u3").output
                == "Group Team has id 1 and 3 members.\n")
        #expect(place.run("group create Talk --creator u1 --members u2 --type temporary").code == 0)
        #expect(
            place.run("group list").output == """
                ID  NAME  TYPE       CREATOR  MEMBERS
                1   Team  normal     u1       3
                2   Talk  temporary  u1       2

                """)
    }

    @Test func theDepartmentTreeIsShown() throws {
        let place = try Place()
        _ = place.run("department add Top")
        _ = place.run("department add Below --parent Top")
        #expect(
            place.run("department add Below --parent #1 --if-missing").output == "Department Below is there already.\n")
        #expect(place.run("department list").output == "ID  NAME   PARENT\n1   Top\n2   Below  Top\n")
    }

    @Test func tokensAreShownOnceListedAndRevoked() throws {
        let place = try Place()
        let made = place.run("token create robot --scope write,read")
        #expect(made.code == 0)
        #expect(made.output.hasPrefix("gva_") && made.output.count == 69)
        #expect(try place.database.execute("select encode(hash, 'hex') from admin_token")?.count == 64)
        #expect(try place.database.execute("select t::text from admin_token t")?.contains("gva_") == false)
        let listed = place.run("token list").output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(listed[0] == ["NAME", "SCOPES", "CREATED", "LAST_USED", "REVOKED"])
        #expect(listed[1].prefix(2) == ["robot", "read,write"])
        #expect(place.run("token create robot --scope read").complaint.contains("names are not used again"))
        #expect(place.run("token revoke robot").output == "Token robot is revoked.\n")
        #expect(place.run("token create robot --scope read").code == 1)
        #expect(place.run("token revoke nobody").complaint.contains("there is no token 'nobody'"))
        #expect(place.run("token create Robot --scope read").code == 2)
        #expect(
            place.run("token create r --scope all").complaint
                == "talkctl: --scope all: expected read, write, ops, messages; see: talkctl token create --help\n")
        #expect(place.run("token create r").code == 2)
        #expect(place.run("token create r --scope ,").code == 2)
    }

    @Test func migrationsAreReportedAndRepeatable() throws {
        let place = try Place()
        #expect(place.run("migrate status").output.hasSuffix("nothing to do.\n"))
        try place.database.execute(
            "set client_min_messages = warning; drop schema public cascade; create schema public")
        #expect(place.run("migrate status").output.hasSuffix("run: talkctl migrate up.\n"))
        let early = place.run("user list")
        #expect(early.code == 1)
        #expect(early.complaint.hasSuffix("run: talkctl migrate up\n"))
        #expect(place.run("migrate up").output.contains("applied 1"))
        let audit = "select string_agg(token || ' ' || path || ' ' || outcome, ', ') from admin_audit"
        #expect(try place.database.execute(audit) == "talkctl.local talkctl migrate up 200")
        #expect(place.run("migrate up").output.contains("nothing to do"))
        #expect(try place.database.execute(audit) == "talkctl.local talkctl migrate up 200")
        #expect(place.run("user list").code == 0)
        try place.database.execute("insert into schema_migration (number, name) values (99999, 'later')")
        #expect(place.run("migrate up").code == 1)
        #expect(place.run("user list").complaint.hasSuffix("use a newer one\n"))
    }

    @Test(arguments: [
        ("usr list", "unknown command 'usr'; did you mean 'user'?; see: talkctl --help"),
        ("user lst", "unknown command 'user lst'; did you mean 'list'?; see: talkctl user --help"),
        ("--json user list", "--json comes behind the command, as in: talkctl user list --json …"),
        ("user add", "NAME is missing; see: talkctl user add --help"),
        ("user list extra", "unexpected argument 'extra'; see: talkctl user list --help"),
        ("user list --limt 3", "unknown option '--limt'; did you mean '--limit'?; see: talkctl user list --help"),
        ("user list --limit", "--limit needs a value: N; see: talkctl user list --help"),
        ("user list --limit 0", "--limit 0: expected a number from 1 to 100000; see: talkctl user list --help"),
        ("user list --json=yes", "--json takes no value; see: talkctl user list --help"),
        ("user seed --prefix u --count 3", "--password is missing; see: talkctl user seed --help"),
        ("group create G --creator a --members b --type x",
            "--type x: expected normal or temporary; see: talkctl group create --help"),
        ("nodes extra", "unexpected argument 'extra'; see: talkctl nodes --help"),
        ("presence", "USER is missing (to a shell # begins a comment: quote it, '#7'); see: talkctl presence --help"),
        ("nodes --admin here",
            "--admin here: expected a host and a port, such as 127.0.0.1:8000 or [::1]:8000; "
                + "see: talkctl nodes --help"),
        ("user list --config /nowhere", "/nowhere: No such file or directory; give --config FILE of a node"),
    ])
    func misuseIsExplained(line: String, complaint: String) throws {
        let place = try Place()
        #expect(place.run(line) == Talkctl.Result(code: 2, complaint: "talkctl: \(complaint)\n"))
    }

    @Test func failuresSayWhatToDo() throws {
        let place = try Place()
        let unknown = place.run("user disable nobody")
        #expect(unknown.code == 1)
        #expect(unknown.complaint == "talkctl: no active user is called 'nobody'; see: talkctl user list\n")
        #expect(place.run("user add ann --password-stdin", typing: ["password"]).code == 0)
        let taken = place.run("user add ann --password-stdin", typing: ["password"])
        #expect(taken.code == 1)
        #expect(taken.complaint.hasSuffix("to change the password: talkctl user passwd ann\n"))
        #expect(place.run("user add bob", typing: ["one", "other"]).complaint.contains("the passwords differ"))
        #expect(place.run("user add bob").complaint.contains("give --password-file FILE"))
        #expect(place.run("user add bob --password-stdin", typing: [""]).code == 2)
    }

    @Test func passwordFilesMustBePrivate() throws {
        let place = try Place()
        let path = place.file + ".password"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "secret one\n".write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let open = place.run("user add ann --password-file \(path)")
        #expect(open.code == 2)
        #expect(open.complaint.contains("chmod 600"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(place.run("user add ann --password-file \(path)").code == 0)
    }

    @Test func aDatabaseThatIsGoneIsCode3() throws {
        let place = try Place()
        try "postgres.dsn = \"host=127.0.0.1 port=1\"\ncluster.secret = b9c1f0d6a83e4752b9c1f0d6a83e4751"
            .write(toFile: place.file, atomically: false, encoding: .utf8)
        for line in ["user list", "migrate status", "migrate up"] {
            let result = place.run(line)
            #expect(result.code == 3)
            #expect(result.complaint.hasSuffix("postgres.dsn in the configuration is right.\n"))
        }
    }

    @Test func everyVerbHasHelp() throws {
        let place = try Place()
        #expect(place.run("--help").output == Verb.overview)
        #expect(place.run("").output == Verb.overview)
        for verb in Verb.all {
            #expect(place.run("\(verb.words.joined(separator: " ")) --help").output.hasPrefix(verb.usage))
            #expect(place.run("\(verb.noun) --help").output.contains(verb.summary))
        }
    }
}
