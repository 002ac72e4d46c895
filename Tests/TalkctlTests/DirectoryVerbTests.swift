import Node
import PostgresKit
import SocketKit
import TalkProtocol
import Testing
import WireKit

@testable import talkctl

/// Users, groups and departments, from their making to their end.
@Suite(.timeLimit(.minutes(5))) struct DirectoryVerbTests {
    private func place(_ cluster: TestCluster) throws -> Place {
        try Place(cluster.nodes[0].database, admin: "\(cluster.nodes[0].node.adminAddress)")
    }

    @Test func aUserIsShownChangedEndedAndTakenBack() throws {
        let cluster = try TestCluster(1)
        try cluster.addUsers("alice", "bob")
        let place = try place(cluster)
        #expect(place.run("department add Sales").code == 0)
        #expect(place.run("user edit alice --name alicia --nick Alicia --department Sales").code == 0)
        let shown = place.run("user show alicia")
        #expect(shown.output.contains("Alicia") && shown.output.contains("Sales") && shown.output.contains("active"))
        #expect(place.run("user show #1").output == shown.output)
        #expect(place.run("user edit alicia --name BOB").complaint.contains("there is a user of this name already"))
        #expect(place.run("user edit alicia").complaint.contains("there is nothing to change"))
        #expect(place.run("user edit alicia --department #0").code == 0)
        #expect(place.run("user disable alicia").code == 0)
        #expect(place.run("user show alicia").output.contains("left"))
        #expect(place.run("user enable alicia").output == "User alicia can log in again.\n")
        #expect(place.run("user show alicia").output.contains("active"))
        #expect(place.run("user show alice").code == 1)
    }

    @Test func aGroupOutlivesItsCreator() async throws {
        let cluster = try TestCluster(1)
        try cluster.addUsers("alice", "bob", "carol")
        let place = try place(cluster)
        #expect(place.run("group create Team --creator alice --members bob").code == 0)
        let bob = try await TalkClient.logIn("bob", at: cluster[0])
        let shown = place.run("group add #1 --users carol,#1")
        #expect(shown.output.hasPrefix("Group Team is normal and has 3 members.\n"))
        let notice: IMGroupChangeMemberNotify = try await bob.push(.groupChangeMemberNotify)
        #expect(notice.chgUserIDList == [3])
        // Alice leaves the firm.
        let disabled = place.run("user disable alice")
        #expect(disabled.code == 0 && disabled.output.contains("nodes end what sessions there are"))
        #expect(place.run("group hand-over #1 --to bob").code == 0)
        #expect(try cluster.nodes[0].database.execute("select creator_id from chat_group") == "2")
        #expect(place.run("group hand-over #1 --to alice").complaint.contains("is no active member of the group"))
        #expect(place.run("group remove #1 --users alice,carol").output.contains("has 1 members"))
        // Nobody would be left.
        #expect(place.run("group remove #1 --users bob").code == 1)
        #expect(place.run("group rename #1 --name Crew").output.hasPrefix("Group Crew is"))
        #expect(place.run("group show 1").complaint.contains("expected a number such as '#7'"))
        #expect(place.run("group delete #1").code == 2)
        #expect(place.run("group delete #1 --yes").output == "Group 'Crew' is dissolved.\n")
        #expect(place.run("group show #1").code == 1)
        bob.probe.close()
    }

    @Test func administratorsRemoveACreatorToo() throws {
        let cluster = try TestCluster(1)
        try cluster.addUsers("alice", "bob", "carol")
        let place = try place(cluster)
        #expect(place.run("group create Team --creator alice --members bob,carol").code == 0)
        #expect(place.run("group remove #1 --users alice").code == 0)
        #expect(try cluster.nodes[0].database.execute("select creator_id from chat_group") == "2")
    }

    @Test func aDepartmentIsRenamedAndRemoved() throws {
        let cluster = try TestCluster(1)
        let place = try place(cluster)
        #expect(place.run("department add Sales").code == 0)
        #expect(place.run("department add Lab").code == 0)
        let taken = place.run("department rename Sales --name LAB")
        #expect(taken.complaint.contains("there is a department of this name"))
        #expect(place.run("department rename Sales --name Trade").output == "Department Sales is called Trade now.\n")
        #expect(place.run("department remove #1").code == 0)
        #expect(place.run("department list").output == "ID  NAME  PARENT\n2   Lab\n")
    }

    @Test func botsAndTheirTokens() throws {
        let cluster = try TestCluster(1)
        try cluster.addUsers("alice")
        let place = try place(cluster)
        #expect(place.run("bot add robot --nick Robot").output.hasPrefix("Bot robot has id 2."))
        #expect(place.run("group create Team --creator alice --members robot").code == 0)
        let token = place.run("bot token robot --name ci").output
        #expect(token.hasPrefix("gvb_"))
        #expect(place.run("bot token robot --name ci").complaint.contains("names are not used again"))
        #expect(place.run("bot token robot --name hook --webhook #1").output.hasPrefix("gvh_"))
        #expect(place.run("bot token robot --name lost --webhook #2").complaint.contains("no member"))
        #expect(place.run("bot token alice --name ci").complaint.contains("there is no bot 'alice'"))
        let other = place.run("bot token robot --name ci --rotate").output
        #expect(other.hasPrefix("gvb_") && other != token)
        #expect(place.run("bot token robot --name hook --rotate").output.hasPrefix("gvh_"))
        #expect(place.run("bot revoke robot --name ci").code == 0)
        #expect(place.run("bot token robot --name ci --rotate").complaint.contains("there is no token 'ci'"))
        let tokens = place.run("bot tokens robot").output.split(separator: "\n")
        #expect(tokens.count == 3 && tokens[2].hasPrefix("hook  #1"))
        let password = place.run("user passwd robot --password-stdin", typing: ["a password"])
        #expect(password.complaint.contains("no password"))
        #expect(place.run("bot remove robot").code == 0)
        #expect(place.run("bot list").output == "ID  NAME   NICK   STATE\n2   robot  Robot  disabled\n")
        let requests = try cluster.nodes[0].database.execute("select string_agg(request, ' ') from admin_audit") ?? ""
        #expect(requests.contains(#""subject":"robot""#) && !requests.contains("gvb_"))
    }

    @Test func servicesThatAreToldOfEvents() throws {
        let cluster = try TestCluster(1)
        let (place, database) = (try place(cluster), cluster.nodes[0].database)
        let url = "https://example.org/in"
        let secret = place.run("webhook add crm --url \(url) --events user,group").output
        #expect(secret.hasPrefix("gvs_"))
        #expect(try database.execute("select secret || events from webhook") == secret.dropLast() + "6")
        #expect(place.run("webhook add crm --url \(url) --events user").complaint.contains("there is a webhook 'crm'"))
        #expect(place.run("webhook add x --url \(url) --events user,sun").code == 2)
        #expect(place.run("webhook add x --url \(url) --events ,").complaint.contains("message, group, user"))
        #expect(place.run("webhook add x --url file:///etc --events user").complaint.contains("https://host:port/path"))
        #expect(place.run("webhook add CRM --url \(url) --events user").complaint.contains("lower-case"))
        try cluster.addUsers("alice")
        try database.execute("update outbox set state = 3, ended_at = now(), answer = 'notPublic'")
        let line = "1   crm   group,user  0        1         \(url)"
        #expect(place.run("webhook list").output.split(separator: "\n").last == Substring(line))
        #expect(place.run("webhook list --json").output.contains(#""events":"group,user","waiting":0,"given_up":1"#))
        #expect(place.run("webhook replay crm").output == "crm is told of 1 events again.\n")
        #expect(place.run("webhook replay #1").output == "Nothing was given up.\n")
        #expect(place.run("webhook replay #2").complaint.contains("there is no webhook '#2'"))
        #expect(place.run("webhook remove crm").code == 2)
        #expect(place.run("webhook remove crm --yes").output == "Webhook crm is removed.\n")
        #expect(try database.execute("select count(*) from outbox") == "0")
        #expect(place.run("webhook remove crm --yes").code == 1)
        let requests = try database.execute("select string_agg(request, ' ') from admin_audit") ?? ""
        #expect(requests.contains(#""subject":"crm""#) && !requests.contains("gvs_"))
    }

    @Test func thereAreFiftyWebhooksAtMost() throws {
        let place = try Place()
        try place.database.execute(
            """
            insert into webhook (name, url, secret, events)
            select 'hook' || n, 'https://example.org/', 'x', 4 from generate_series(1, 50) n
            """)
        let more = place.run("webhook add more --url https://example.org/ --events user")
        #expect(more.complaint.contains("50 webhooks"))
    }

    /// A node notes what comes through it; what goes straight to the database is noted here.
    @Test func whatIsDoneWithoutANodeStandsInTheAudit() throws {
        let place = try Place()
        #expect(place.run("user add ann --password-stdin", typing: ["a password"]).code == 0)
        #expect(place.run("user seed --prefix u --count 2 --password secret-of-seeds").code == 0)
        #expect(place.run("user disable nobody").code == 1)
        #expect(place.run("user list").code == 0)
        #expect(place.run("retention --older-than 365d --dry-run").code == 0)
        #expect(place.run("group create G --creator ann --members u1").code == 0)
        #expect(place.run("token create robot --scope read").code == 0)
        let noted = try place.database.execute(
            "select string_agg(path || ' ' || outcome, ', ' order by id) from admin_audit")
        #expect(
            noted == "talkctl user add NAME 200, talkctl user seed 200, talkctl user disable NAME 409, "
                + "talkctl group create NAME 200, talkctl token create NAME 200")
        let requests = try place.database.execute("select string_agg(request, ' ') from admin_audit") ?? ""
        #expect(requests.contains(#""subject":"ann""#) && !requests.contains("secret-of-seeds"))
        #expect(!requests.contains("a password"))
    }
}
