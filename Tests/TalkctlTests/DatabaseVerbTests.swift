import FoundationEssentials
import Glibc
import PostgresKit
import Testing
import WireKit

@testable import talkctl

/// Checking, shrinking, saving and putting back what is stored.
@Suite struct DatabaseVerbTests {
    /// Ann and Bob, and three messages between them, one of them old.
    private func place() throws -> Place {
        let place = try Place()
        #expect(place.run("user seed --prefix u --count 2 --password x").code == 0)
        try place.database.execute(
            """
            select open_pairs(array[4294967298]);
            select append(array[4294967298], array[1], array[1::smallint],
                array[decode(md5(i::text), 'hex')], array[false], array['hello'::bytea], 600, false)
            from generate_series(1, 3) i;
            update message set created_at = 999 where msg_id = 1
            """)
        return place
    }

    private func file(_ place: Place) -> String { place.file + ".backup" }

    @Test func whatIsWrongIsCode4UntilItIsHealed() throws {
        let place = try place()
        let clean = place.run("verify")
        #expect(clean.code == 0)
        #expect(clean.output == """
            1 conversations with 3 messages and 2 members, 0 groups, 2 users, 0 departments, 0 logins.
            All is as it should be. Unread counts are computed from messages and read marks, and so are right too.

            """)
        try place.database.execute("update member set read_msg_id = 9 where user_id = 2")
        let found = place.run("verify")
        #expect(found.code == 4)
        #expect(found.output.contains("""
            read_mark_too_high: 1 read marks above the last message, which hide new messages from the unread count \
            (talkctl verify --heal repairs it)
                user 2 in users 1 and 2
            """))
        let healed = place.run("verify --heal --json")
        #expect(healed.code == 0)
        #expect(healed.output.contains(#""clean":true"#))
        #expect(healed.output.contains(#""code":"read_mark_too_high""#))
        #expect(healed.output.contains(#""count":1,"healed":1"#))
        #expect(place.run("verify").output == clean.output)
    }

    @Test func oldMessagesGoWhenSomebodySaysSo() throws {
        let place = try place()
        let trial = place.run("retention --older-than 365d --dry-run")
        #expect(trial.code == 0)
        #expect(trial.output.hasPrefix("1 messages of 1 conversations, "))
        let silent = place.run("retention --older-than 365d")
        #expect(silent.code == 2)
        #expect(silent.complaint.contains("give --yes"))
        #expect(place.run("retention --older-than 365d", confirming: false).code == 1)
        #expect(try place.database.execute("select count(*) from message") == "3")
        let done = place.run("retention --older-than 365d --audit-older-than 30d --yes --json")
        #expect(done.output.hasPrefix(#"{"dry_run":false,"messages":1,"conversations":1,"bytes":"#))
        #expect(done.output.hasSuffix(#""audit":0,"answers":0,"failed_logins":0,"expired_tokens":0,"calls":0}"# + "\n"))
        #expect(try place.database.execute("select min(msg_id) from message") == "2")
        #expect(place.run("retention --older-than 365d", confirming: true).code == 0)
        #expect(place.run("verify").code == 0)
    }

    @Test(arguments: ["", "1h", "365", "-1d", "99999999999999999999d"])
    func anAgeHasAUnitAndIsADayAtLeast(age: String) throws {
        let place = try Place()
        let result = place.run("retention --yes --older-than=\(age)")
        #expect(result.code == 2)
        #expect(result.complaint.contains("expected an age from 1d on"))
    }

    @Test func aBackupIsPutBackAsItWas() throws {
        let place = try place()
        defer { try? FileManager.default.removeItem(atPath: file(place)) }
        let saved = place.run("backup \(file(place))")
        #expect(saved.code == 0, "\(saved)")
        #expect(saved.output.contains("2 users, 0 groups, 3 messages"))
        let attributes = try FileManager.default.attributesOfItem(atPath: file(place))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(!FileManager.default.fileExists(atPath: "\(file(place)).\(getpid()).part"))

        let target = try Place()
        let full = target.run("restore \(file(place))")
        #expect(full.code == 1)
        #expect(full.complaint.contains("the database is not empty; to lose what is in it: --replace"))
        #expect(target.run("user seed --prefix other --count 5 --password x").code == 0)
        #expect(target.run("restore \(file(place)) --replace").code == 2)
        let restored = target.run("restore \(file(place)) --replace --yes")
        #expect(restored.code == 0, "\(restored)")
        #expect(restored.output.contains("2 users, 0 groups, 3 messages, tables of version"))
        #expect(restored.output.contains("All is as it should be."))
        #expect(target.run("user list").output == place.run("user list").output)
        let audit = try target.database.execute(
            "select path || ' ' || outcome || ' ' || request from admin_audit order by id desc limit 1")
        #expect(audit?.hasPrefix("talkctl restore FILE 200 ") == true && audit?.contains(file(place)) == true)
        // Again, and into an empty one.
        #expect(target.run("restore \(file(place)) --replace --yes --json").output.contains(#""clean":true"#))
        try target.database.execute(
            "set client_min_messages = warning; drop schema public cascade; create schema public")
        #expect(target.run("restore \(file(place))").code == 0)
        #expect(target.run("verify").output == place.run("verify").output)
    }

    @Test func nothingIsRestoredWhileNodesRun() throws {
        let place = try place()
        defer { try? FileManager.default.removeItem(atPath: file(place)) }
        try place.database.execute("insert into cluster_node (name, id, epoch, host) values ('n7', 7, 1, '10.0.0.7')")
        #expect(place.run("backup \(file(place))").code == 0)
        let refused = place.run("restore \(file(place)) --replace --yes")
        #expect(refused.code == 1)
        #expect(refused.complaint.contains("nodes work with this database: n7\n"))
        try place.database.execute("update cluster_node set seen_at = now() - interval '61 seconds'")
        #expect(place.run("restore \(file(place)) --replace --yes").code == 0)
        // Where nodes were when the backup was made says nothing.
        #expect(place.run("restore \(file(place)) --replace --yes").code == 0)
        #expect(try place.database.execute("select epoch from cluster_node where name = 'n7' and host = ''") == "1")
    }

    @Test func whatIsLeftOfALostNodeIsNamedAndEndedWhenAsked() throws {
        let place = try place()
        defer { try? FileManager.default.removeItem(atPath: file(place)) }
        #expect(place.run("backup \(file(place))").code == 0)
        // As the machine of a node leaves it that lost its power.
        let ghost = try OpenTransaction(
            "select 1 from account", on: place.database.connectionString + " application_name=grapevine-n7")
        let process = try #require(
            try place.database.execute("select pid from pg_stat_activity where application_name = 'grapevine-n7'"))
        let refused = place.run("restore \(file(place)) --replace --yes")
        #expect(refused.code == 1)
        #expect(refused.complaint.contains("nodes work with this database: n7\n"))
        #expect(refused.complaint.contains("by process of PostgreSQL: n7 \(process)\n"))
        #expect(refused.complaint.contains("--end-sessions"))
        let restored = place.run("restore \(file(place)) --replace --yes --end-sessions")
        #expect(restored.code == 0, "\(restored)")
        #expect { try ghost.commit() } throws: { "\($0)".contains("administrator command") }
    }

    @Test func theSessionsOfANodeThatLivesAreNotEnded() throws {
        let cluster = try TestCluster(1)
        let place = try Place(cluster.nodes[0].database)
        defer { try? FileManager.default.removeItem(atPath: file(place)) }
        #expect(place.run("backup \(file(place))").code == 0)
        let refused = place.run("restore \(file(place)) --replace --yes --end-sessions")
        #expect(refused.complaint.contains("nodes work with this database: node1\n"))
        #expect(refused.complaint.contains("by process of PostgreSQL: node1 "))
    }

    @Test func aBackupThatFailsLeavesEverythingAsItWas() throws {
        let place = try place()
        let path = file(place)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "not a dump".write(toFile: path, atomically: false, encoding: .utf8)
        let nonsense = place.run("restore \(path) --replace --yes")
        #expect(nonsense.code == 1)
        #expect(nonsense.complaint.contains("pg_restore ended with code 1; nothing was changed\n"))
        let nowhere = place.run("backup /nowhere/x")
        #expect(nowhere.code == 1)
        #expect(nowhere.complaint.contains(".part: No such file or directory"))
        let missing = place.run("backup \(path)", path: "/nowhere")
        #expect(missing.code == 1)
        #expect(missing.complaint.contains("apt-get install postgresql-client"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "not a dump")
        #expect(!FileManager.default.fileExists(atPath: "\(path).\(getpid()).part"))
        #expect(place.run("backup \(path)").code == 0)
        let whole = try Data(contentsOf: URL(filePath: path))
        try whole.prefix(whole.count * 9 / 10).write(to: URL(filePath: path))
        let half = place.run("restore \(path) --replace --yes")
        #expect(half.code == 1, "\(half)")
        #expect(place.run("verify").output.contains("with 3 messages"))
        try whole.write(to: URL(filePath: path))
        try place.database.execute("create view mine as select name from account")
        let strange = place.run("restore \(path) --replace --yes")
        #expect(strange.complaint.contains("the database has what the backup has not: mine"))
        #expect(place.run("verify").code == 0)
    }

    @Test func thePasswordIsNoArgument() throws {
        let place = try place()
        let path = file(place)
        let folder = path + ".bin"
        defer { for path in [path, folder] { try? FileManager.default.removeItem(atPath: path) } }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        // In place of the real one: it writes down how it was called.
        try """
            #!/bin/sh
            for word in "$@"; do case $word in --file=*) file=${word#--file=} ;; esac; done
            echo "arguments: $*" > "$file"
            env >> "$file"
            """.write(toFile: folder + "/pg_dump", atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/pg_dump")
        try place.configure("postgres.dsn = \"\(place.database.connectionString) password=pass-word\"")
        #expect(place.run("backup \(path)", path: folder + ":/usr/bin:/bin").code == 0)
        let call = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(call[0].hasPrefix("arguments: --format=custom") && !call[0].contains("pass-word"))
        #expect(call.contains("PGPASSWORD=pass-word"))
        #expect(call.contains("PGDATABASE=\(place.database.name)"))
    }
}
