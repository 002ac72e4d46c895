import TalkProtocol
import Testing

@testable import talk

/// Groups: writing to them, reading from them, and writing back.
@Suite struct TalkGroupTests {
    @Test func aGroupIsWrittenToByItsNameOrNumber() throws {
        var probe = try SessionProbe.loggedIn()
        probe.type("Lunch: hello")
        #expect(!probe.isSent(.msgData))
        try probe.answer(.allUserReq, .allUserRsp, SessionProbe.users)
        try probe.tellGroups([(5, "Lunch"), (6, "Team")])
        let first = try probe.acknowledge(as: 3)
        #expect(first.toSessionID == 5 && first.msgType == .groupText)
        for (line, group) in [("team: hi", 6), ("g5: hi", 5), ("again", 5)] as [(String, UInt32)] {
            probe.type(line)
            let message = try probe.acknowledge(as: group == 6 ? 9 : 4)
            #expect(message.toSessionID == group && message.msgType == .groupText, "\(line)")
        }
        #expect(probe.notes.count == 1, "\(probe.notes)")
    }

    @Test func aTemporaryGroupIsFoundWhereSomethingWasSaid() throws {
        var probe = try SessionProbe.loggedIn()
        probe.type("/groups")
        try probe.answer(.normalGroupListReq, .normalGroupListRsp, IMNormalGroupListRsp(userID: 1))
        let recent = ContactSessionInfo(
            sessionID: 8, sessionType: .group, sessionStatus: .ok, latestMsgType: .groupText)
        try probe.answer(
            .recentContactSessionReq, .recentContactSessionRsp,
            IMRecentContactSessionRsp(userID: 1, contactSessionList: [recent]))
        try probe.nameGroups([(8, "Trip\u{1b}[2J")])
        #expect(probe.shown == ["Groups: Trip[2J (g8)"])
        // Asked anew each time: there may be others by now.
        probe.type("/groups")
        try probe.tellGroups([])
        #expect(probe.shown.count == 2)
    }

    @Test func twoGroupsOfOneNameAreToldApartByTheirNumbers() throws {
        var probe = try SessionProbe.loggedIn()
        probe.type("/groups")
        try probe.tellGroups([(5, "Lunch"), (6, "Lunch")])
        probe.type("Lunch: hello")
        #expect(probe.notes.last == "Several groups are called 'Lunch'; say which by its number: g5, g6")
        probe.type("g6: hello")
        #expect(try probe.acknowledge(as: 1).toSessionID == 6)
    }

    @Test func whatComesIsShownWithTheNameOfTheGroup() throws {
        var probe = try SessionProbe.loggedIn()
        probe.push(1, "one", in: 5)
        // It waits for the name, and nothing else waits with it.
        probe.push(7, "hello")
        #expect(probe.shown == ["bob: hello"])
        try probe.nameGroups([(5, "Lunch")])
        #expect(probe.shown.last == "bob (Lunch): one")
        probe.push(2, "two", in: 5)
        probe.push(3, "mine", from: SessionProbe.alice, in: 5)
        #expect(probe.shown.dropFirst(2) == ["bob (Lunch): two", "→ Lunch: mine"])
        #expect(!probe.isSent(.groupInfoListReq))
    }

    @Test func onesReplyGoesWhereTheLastTextCameFrom() throws {
        var probe = try SessionProbe.loggedIn()
        probe.type("/r too early")
        #expect(probe.notes.last == "Nobody has written yet.")
        probe.push(1, "one", in: 5)
        try probe.nameGroups([(5, "Lunch")])
        probe.push(7, "hello")
        probe.type("/r hello bob")
        #expect(try probe.acknowledge(as: 8).toSessionID == SessionProbe.bob.rawValue)
        probe.push(2, "two", in: 5)
        // An own text, from another device, is nothing to reply to.
        probe.push(9, "mine", from: SessionProbe.alice)
        probe.type("/r hello all")
        let message = try probe.acknowledge(as: 3)
        #expect(message.toSessionID == 5 && message.msgType == .groupText)
    }

    @Test func theHistoryOfAGroupIsAskedForAsSuch() throws {
        var probe = try SessionProbe.loggedIn()
        probe.type("/groups")
        try probe.tellGroups([(5, "Lunch")])
        probe.type("/history Lunch")
        let question: IMGetMsgListReq = try probe.next(.getMsgListReq).message()
        #expect(question.sessionID == 5 && question.sessionType == .group)
    }

    @Test func aQuestionThatTheConnectionTookIsAskedAgain() throws {
        var probe = try SessionProbe.loggedIn()
        probe.type("/groups")
        probe.lose()
        probe.forgetSent()
        try probe.logIn()
        try probe.tellGroups([(5, "Lunch")])
        #expect(probe.shown == ["Groups: Lunch (g5)"])
    }
}
