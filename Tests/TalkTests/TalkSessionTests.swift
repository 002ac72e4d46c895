import Primitives
import ServerLookup
import TalkProtocol
import Testing

@testable import talk

/// The session against a server that the test plays.
@Suite struct TalkSessionTests {
    @Test func whatIsTypedIsSentAndAcknowledged() throws {
        var probe = try SessionProbe.loggedIn()
        probe.type("bob: hello")
        let message = try probe.acknowledge(as: 17)
        #expect(message.toSessionID == SessionProbe.bob.rawValue && message.clientMsgKey?.count == 16)
        var keepsakes = Keepsakes()
        let text = probe.session.plainText.line(of: message.msgData.rawBytes, .singleText, into: &keepsakes)
        #expect(text == "hello")
        probe.type("again")
        #expect(try probe.acknowledge(as: 18).toSessionID == SessionProbe.bob.rawValue)
        #expect(probe.shown == ["✓ 17", "✓ 18"])
    }

    @Test func aSendIsRepeatedUnderItsKeyUntilItIsAcknowledged() throws {
        var probe = try SessionProbe.loggedIn()
        probe.type("bob: one")
        probe.type("bob: two")
        let first: IMMsgData = try probe.next(.msgData).message()
        #expect(!probe.isSent(.msgData), "the second waits for the first")
        // On the same connection, which is alive.
        probe.wait(.seconds(5))
        #expect(try probe.next(.msgData).message(IMMsgData.self).clientMsgKey == first.clientMsgKey)
        probe.push(.heartBeat, 0, IMHeartBeat())
        // And on the next.
        probe.lose()
        probe.forgetSent()
        try probe.logIn()
        let again: IMMsgData = try probe.next(.msgData).message()
        #expect(again.clientMsgKey == first.clientMsgKey && again.msgData == first.msgData)
        probe.acknowledge(again, as: 4)
        probe.acknowledge(first, as: 4)
        let second = try probe.acknowledge(as: 5)
        #expect(second.clientMsgKey != first.clientMsgKey)
        #expect(probe.shown == ["✓ 4", "✓ 5"])
    }

    @Test func whatWasMissedIsShownInOrderAndOnce() throws {
        var probe = try SessionProbe.loggedIn()
        probe.push(7, "m7")
        probe.lose()
        probe.connect()
        try probe.enter()
        // A push overtakes the answers, which contain it too.
        probe.push(11, "m11")
        try probe.answer(.allUserReq, .allUserRsp, SessionProbe.users)
        try probe.tell([SessionProbe.unread(3, latest: 10)])
        #expect(probe.shown == ["bob: m7"])
        probe.push(9, "m9")
        #expect(try probe.answerMissing() == [8, 9, 10])
        probe.push(10, "m10")
        probe.push(11, "m11")
        #expect(probe.shown == ["bob: m7", "bob: m8", "bob: m9", "bob: m10", "bob: m11"])
    }

    @Test func theUnreadOnesAreShownAtTheFirstLogin() throws {
        var probe = try SessionProbe.loggedIn(unread: [SessionProbe.unread(3, latest: 20)])
        // One of the last three is an own one, from another device: the oldest unread one is further back.
        let own: (UInt32) -> UserID = { $0 == 19 ? SessionProbe.alice : SessionProbe.bob }
        #expect(try probe.answerMissing(from: own) == [18, 19, 20])
        #expect(probe.shown == [])
        #expect(try probe.answerMissing(from: own) == [17])
        #expect(probe.shown == ["bob: m17", "bob: m18", "→ bob: m19", "bob: m20"])
        #expect(try probe.next(.msgDataReadAck).message(IMMsgDataReadAck.self).msgID == 20)
    }

    @Test func anOwnMessageWhoseAcknowledgementWasLostIsNotShownAsNews() throws {
        var probe = try SessionProbe.loggedIn()
        probe.push(1, "m1")
        probe.type("bob: m2")
        probe.lose()
        probe.forgetSent()
        try probe.logIn(unread: [SessionProbe.unread(1, latest: 3)])
        try probe.answerMissing { $0 == 2 ? SessionProbe.alice : SessionProbe.bob }
        try probe.acknowledge(as: 2)
        #expect(probe.shown == ["bob: m1", "bob: m3", "✓ 2"])
    }

    @Test func aGapIsFilledAndWhatDoesNotExistIsPassedBy() throws {
        var probe = try SessionProbe.loggedIn()
        probe.push(1, "m1")
        probe.push(4, "m4")
        #expect(probe.shown == ["bob: m1"])
        let question = try probe.next(.getMsgByIdReq)
        probe.push(
            .getMsgByIdRsp, question.header.sequence,
            IMGetMsgByIdRsp(userID: 1, sessionType: .single, sessionID: 2, msgList: []))
        #expect(probe.shown == ["bob: m1", "bob: m4"])
    }

    @Test func controlCharactersAreRemoved() throws {
        var probe = try SessionProbe.loggedIn()
        probe.push(1, "a\u{1b}[2J\u{1b}]0;title\u{7}b\r\nbob: c\u{9b}1A\u{202e}d\u{7f}")
        #expect(probe.shown == ["bob: a[2J]0;titleb bob: c1Ad"])
    }

    @Test func aLineForNobodyIsRefusedAfterAskingOnceMore() throws {
        var probe = try SessionProbe.loggedIn(isScript: true)
        probe.type("carol: hello")
        probe.type("bob: behind it")
        let again = try probe.next(.allUserReq)
        #expect(try again.message(IMAllUserReq.self).latestUpdateTime == 5)
        #expect(!probe.isSent(.msgData))
        probe.push(.allUserRsp, again.header.sequence, IMAllUserRsp(userID: 1, latestUpdateTime: 5))
        try probe.tellGroups([])
        #expect(probe.notes.last == "Nobody is called 'carol', and no group of yours; see /who and /groups.")
        try probe.acknowledge(as: 1)
        probe.session.inputEnded(at: probe.now)
        probe.wait(.zero)
        #expect(probe.code == .failed)
    }

    @Test func aScriptEndsWhenAllIsAcknowledged() throws {
        var probe = try SessionProbe.loggedIn()
        probe.type("bob: one")
        probe.session.inputEnded(at: probe.now)
        probe.wait(.zero)
        #expect(probe.code == nil)
        try probe.acknowledge(as: 1)
        #expect(probe.code == .ok && probe.isSent(.logoutReq))
    }

    @Test func historyContainsWhatWasTypedBefore() throws {
        var probe = try SessionProbe.loggedIn()
        probe.type("bob: one")
        probe.type("/history bob")
        #expect(!probe.isSent(.getMsgListReq))
        try probe.acknowledge(as: 1)
        let body = probe.session.plainText.body("one")
        let one = MsgInfo(msgID: 1, fromSessionID: 1, msgType: .singleText, msgData: body)
        try probe.answer(
            .getMsgListReq, .getMsgListRsp,
            IMGetMsgListRsp(userID: 1, sessionType: .single, sessionID: 2, msgIDBegin: 0, msgList: [one]))
        #expect(probe.shown == ["✓ 1", "  1  alice: one"])
    }

    @Test("who quits does not wait for an answer that does not come, only for what was sent", arguments: [
        "/who", "/groups", "/history bob", "carol: hello",
    ])
    func quittingBehindAQuestion(line: String) throws {
        var probe = try SessionProbe.loggedIn(isScript: false)
        probe.type("bob: one")
        if line == "/history bob" { try probe.acknowledge(as: 1) }
        probe.type(line)
        probe.type("/quit")
        #expect(probe.code == nil)
        for _ in 0..<3 {
            probe.wait(.seconds(4))
            probe.push(.heartBeat, 0, IMHeartBeat())
        }
        if line != "/history bob" {
            #expect(probe.code == nil)
            try probe.acknowledge(as: 1)
        }
        #expect(probe.code == .ok && probe.isSent(.logoutReq))
        #expect(probe.notes.last == "The server does not answer what you asked for.")
    }

    @Test("who quits while there is no server waits for none, if nothing of his is unsent", arguments: [false, true])
    func quittingWithoutAServer(askedBefore: Bool) throws {
        var probe = try SessionProbe.loggedIn(isScript: false)
        if askedBefore { probe.type("/who") }
        probe.lose()
        if !askedBefore { probe.type("/history bob") }
        probe.type("/quit")
        #expect(probe.code == .ok)
    }

    @Test func whoIsKickedDoesNotComeBack() throws {
        var probe = try SessionProbe.loggedIn()
        probe.push(.kickUser, 0, IMKickUser(userID: 1, kickReason: .duplicateUser))
        #expect(probe.code == .failed)
        #expect(probe.notes.last == "alice has logged in elsewhere, which ends this session.")
        probe.lose()
        probe.wait(.seconds(60))
        #expect(probe.session.link == .ended)
    }

    @Test func aSendThatIsRefusedIsGivenUpWhileTheServerAnswersOtherwise() throws {
        var probe = try SessionProbe.loggedIn()
        probe.type("bob: hello")
        for _ in 0..<10 {
            probe.wait(.seconds(5))
            probe.push(.heartBeat, 0, IMHeartBeat())
            if probe.isSent(.getLatestMsgIdReq) {
                try probe.answer(
                    .getLatestMsgIdReq, .getLatestMsgIdRsp,
                    IMGetLatestMsgIdRsp(userID: 1, sessionType: .single, sessionID: 2, latestMsgID: 0))
            }
        }
        #expect(probe.session.outbox.count == 0 && probe.session.isOnline)
        #expect(probe.notes.last == "✗ The server does not take what you wrote to bob.")
    }

    @Test func aSilentServerIsLeft() throws {
        var probe = try SessionProbe.loggedIn()
        probe.wait(.seconds(15))
        #expect(probe.isSent(.heartBeat) && probe.session.isOnline)
        probe.wait(.seconds(10))
        #expect(!probe.session.isOnline)
        #expect(probe.notes.last?.hasSuffix("is lost: the server does not answer. Looking for another server.") == true)
        try probe.logIn()
        #expect(probe.notes.last == "Connected again, to 127.0.0.1:8000.")
    }

    @Test func aWrongPasswordIs1AndNoServerIs3() throws {
        var refused = try SessionProbe()
        refused.connect()
        try refused.answer(.loginReq, .loginRes, IMLoginRes(serverTime: 0, resultCode: .dbValidateFailed))
        #expect(refused.code == .failed)
        var lost = try SessionProbe()
        for _ in 0..<200 where lost.code == nil {
            lost.wait(.milliseconds(50))
            lost.session.found(.unreachable, at: lost.now)
        }
        lost.wait(.zero)
        #expect(lost.code == .unreachable)
    }

    @Test func bytesWithoutSenseChangeNothing() throws {
        var probe = try SessionProbe.loggedIn()
        for command in Command.allCases {
            let body: [UInt8] = [0xff, 0xff, 0xff, 0xff]
            probe.session.received(
                PDUHeader(command, sequence: 1, bodyByteCount: body.count), body.rawBytes, at: probe.now)
        }
        probe.push(0, "no id")
        probe.push(.max, "last")
        #expect(probe.session.isOnline && probe.shown == ["bob: last"])
    }

    @Test(arguments: [
        ("bob: hello", TypedLine.text("hello", to: "bob")), ("  bob:   hi  ", .text("hi", to: "bob")),
        ("see http://a:1/", .text("see http://a:1/", to: nil)), ("at 12:30", .text("at 12:30", to: nil)),
        ("/who", .who), ("/history bob", .history(of: "bob")), ("/history", .unknown("/history")), ("/quit", .quit),
        (" ", .nothing), ("/quit now", .unknown("/quit now")), (": x", .text(": x", to: nil)),
        ("/r  hello you ", .reply("hello you")), ("/r", .unknown("/r")), ("/groups", .groups),
        ("Our lunch: hi", .text("hi", to: "Our lunch")),
    ])
    func linesAreUnderstood(line: String, meaning: TypedLine) {
        #expect(TypedLine(line) == meaning)
    }
}
