import Node
import PostgresKit
import Testing
import WireKit

@testable import talkctl

/// Whom a command means.
@Suite struct NameVerbTests {
    private static let composed = "Ren\u{e9}", decomposed = "Rene\u{301}"

    private func place(_ names: String...) throws -> Place {
        let place = try Place()
        for name in names {
            let made = place.run("user add \(name) --password-stdin", typing: ["a password"])
            #expect(made.code == 0, "\(made)")
        }
        return place
    }

    @Test func aNameOfDigitsIsNoNumber() async throws {
        let cluster = try TestCluster(1)
        let place = try Place(cluster.nodes[0].database, admin: "\(cluster.nodes[0].node.adminAddress)")
        // User number 2 is called 1.
        try cluster.addUsers("alice", "1")
        let two = place.run("presence 1 --json").output
        #expect(two == #"{"user":2,"sessions":[]}"# + "\n")
        #expect(place.run("presence #2 --json").output == two)
        #expect(place.run("presence #1 --json").output == #"{"user":1,"sessions":[]}"# + "\n")
        let nobody = place.run("kick 7")
        #expect(nobody.code == 1)
        #expect(nobody.complaint.contains("no active user is called '7'; user number 7 is written '#7'"))
        #expect(place.run("drain 1").complaint.contains("the number of a node is written '#1'"))
        #expect(place.run("undrain #1").code == 0)
    }

    @Test func numbersStandForUsersAndDepartments() throws {
        let place = try place("ann", "2")
        #expect(place.run("department add 2").code == 0)
        #expect(place.run("user disable #1").code == 0)
        #expect(try place.database.execute("select name from account where status = 3") == "ann")
        #expect(place.run("user passwd 2 --password-stdin", typing: ["another one"]).code == 0)
        let changed = "select name from account where credential_version = 2 and status = 0"
        #expect(try place.database.execute(changed) == "2")
        #expect(place.run("user add bob --department #1 --password-stdin", typing: ["a password"]).code == 0)
        #expect(place.run("user add cleo --department 1 --password-stdin", typing: ["a password"]).code == 1)
        #expect(place.run("department add Below --parent 2").code == 0)
        #expect(place.run("department add 2 --parent 2").code == 0)
        let several = place.run("user add cleo --department 2 --password-stdin", typing: ["a password"])
        #expect(several.complaint.contains("several departments are called '2'; say which by its number: '#1', '#3'"))
    }

    /// As typed on a Mac, and on everything else.
    @Test func oneNameIsOneUserWhoeverTypesIt() throws {
        let place = try place(Self.decomposed, "bob")
        #expect(place.run("user add \(Self.composed) --password-stdin", typing: ["a password"]).code == 1)
        let bytes = "select encode(name::bytea, 'hex') from account where id = 1"
        #expect(try place.database.execute(bytes) == "52656ec3a9")
        let made = place.run("group create Team --creator \(Self.composed) --members bob,\(Self.decomposed)")
        #expect(made.output == "Group Team has id 1 and 2 members.\n")
        #expect(place.run("user list --prefix \(Self.decomposed)").output.contains("1 "))
    }

    /// A database from before names had one form, in which two users have one name to the eye.
    @Test func theCreatorOfAGroupIsTheOneThatWasNamed() throws {
        let place = try Place()
        for name in [Self.decomposed, Self.composed, "bob"] {
            try place.database.execute("insert into account (name, password, stamp) values ('\(name)', '', 1)")
        }
        #expect(place.run("group create Team --creator \(Self.composed) --members #1,bob").code == 0)
        #expect(try place.database.execute("select creator_id from chat_group") == "2")
        #expect(place.run("group create Team --creator #1 --members #2").code == 0)
        #expect(try place.database.execute("select creator_id from chat_group where id = 2") == "1")
    }

    @Test(arguments: ["alice,bob", "-- --json", "-- -h", "#7", "a/b", "a\u{202e}b", "\u{feff}a"])
    func whatIsNoNameIsRefusedWithTheReason(words: String) throws {
        let place = try Place()
        let refused = place.run("user add --password-stdin \(words)", typing: ["a password"])
        #expect(refused.code == 2)
        #expect(refused.complaint.contains("cannot be a name: it "))
        #expect(try place.database.execute("select count(*) from account") == "0")
    }

    @Test func whatFollowsTwoDashesIsNoOption() throws {
        let place = try place("ann")
        let made = place.run("group create --creator ann --members ann -- --json")
        #expect(made.output == "Group --json has id 1 and 1 members.\n")
        #expect(place.run("user list -- extra").complaint.hasPrefix("talkctl: unexpected argument 'extra'"))
        #expect(place.run("user list -x").complaint.hasPrefix("talkctl: unknown option '-x'"))
    }

    @Test func passwordsHaveALength() throws {
        let place = try Place()
        let short = place.run("user add ann --password-stdin", typing: ["1"])
        #expect(short.code == 2)
        #expect(short.complaint == "talkctl: the password has 1 characters, it needs 8 at least; nothing was changed\n")
        #expect(try place.database.execute("select count(*) from account") == "0")
    }

    @Test(arguments: [
        ("-h", Verb.overview), ("help", Verb.overview), ("help nothing", Verb.overview), ("--version", "talkctl 0"),
        ("version", "talkctl 0"), ("help user add", "talkctl user add NAME"), ("help user", "talkctl user add NAME\n"),
        ("user add -h", "talkctl user add NAME"), ("user -h", "talkctl user add NAME\n"),
        ("status -h", "talkctl status"),
    ])
    func helpIsFoundInEveryWay(line: String, start: String) throws {
        let answer = try Place().run(line)
        #expect(answer.code == 0)
        #expect(answer.output.hasPrefix(start), "\(answer.output)")
    }
}
