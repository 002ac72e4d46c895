import ClientGateway
import Membership
import Presence
import Primitives
import TalkProtocol
import Testing

@Suite struct CallDeskTests {
    private let net = CallNet(3)
    private let alice: CallParty
    private let bob: CallParty
    private let phone: CallParty

    init() {
        alice = net.logIn(1, at: 0)
        bob = net.logIn(2, at: 1)
        phone = net.logIn(2, .mobile, at: 2)
    }

    private func ring(_ title: CallTitle) -> [CallPacket] { [.ring(title, .windows, body: [1, 2, 3])] }
    private func taken(_ title: CallTitle) -> [CallPacket] {
        [.answer(title, CallAnswer(code: 0, clientType: .mac, reason: "ok", body: [4]))]
    }

    private func code(_ packets: [CallPacket]) -> UInt32? {
        if packets.count == 1, case .answer(_, let answer) = packets[0] { answer.code } else { nil }
    }

    private func expectEnd(_ outcome: CallRecord.Outcome, talked: Duration = .zero) {
        #expect(net.isQuiet && net.records.map(\.outcome) == [outcome] && net.records.map(\.talked) == [talked])
        #expect(net.flaws.isEmpty, "\(net.flaws)")
    }

    @Test func allDevicesRingAndTheFirstThatAnswersHasIt() {
        let title = net.call(2, by: alice)
        #expect(net.told(bob) == ring(title) && net.told(phone) == ring(title))
        net.answer(title, by: phone)
        #expect(net.told(alice) == taken(title) && net.told(bob) == [.over(title)] && net.told(phone).isEmpty)
        net.pass(5_000)
        net.hangUp(title, by: alice)
        #expect(net.told(phone) == [.over(title)] && net.told(bob).isEmpty && net.told(alice).isEmpty)
        expectEnd(.answered, talked: .seconds(5_000))
    }

    @Test func ofTwoThatAnswerAtOnceOneHasIt() {
        let title = net.call(2, by: alice)
        _ = (net.told(bob), net.told(phone))
        net.answer(title, by: phone, carrying: false)
        net.answer(title, by: bob, carrying: false)
        net.carry()
        #expect(net.told(alice) == taken(title) && net.told(phone).isEmpty && net.told(bob) == [.over(title)])
        net.hangUp(title, by: phone)
        #expect(net.told(alice) == [.over(title)])
        expectEnd(.answered)
    }

    @Test func whoeverRefusesRefusesForAllDevices() {
        let title = net.call(2, by: alice)
        _ = (net.told(bob), net.told(phone))
        net.answer(title, by: bob, code: 9)
        #expect(code(net.told(alice)) == 9 && net.told(phone) == [.over(title)] && net.told(bob).isEmpty)
        expectEnd(.refused)
    }

    @Test func hangingUpWhatRingsRefuses() {
        let title = net.call(2, by: alice)
        net.hangUp(title, by: phone)
        #expect(code(net.told(alice)) == 1 && net.told(bob) == ring(title) + [.over(title)])
        expectEnd(.refused)
    }

    @Test func theCallerGivesUp() {
        let title = net.call(2, by: alice)
        net.hangUp(title, by: alice)
        #expect(net.told(bob) == ring(title) + [.over(title)] && net.told(alice).isEmpty)
        net.answer(title, by: bob)
        #expect(net.told(bob) == [.over(title)] && net.told(alice).isEmpty)
        expectEnd(.cancelled)
    }

    @Test func nobodyAnswers() {
        let title = net.call(2, by: alice)
        net.pass(59)
        #expect(net.told(alice).isEmpty && !net.isQuiet)
        net.pass(1)
        #expect(code(net.told(alice)) == 4 && net.told(phone) == ring(title) + [.over(title)])
        expectEnd(.noAnswer)
    }

    @Test func whoIsNotThere() {
        _ = net.call(5, by: alice)
        #expect(code(net.told(alice)) == 3)
        expectEnd(.away)
    }

    @Test func whoTalksIsBusyOnAllDevices() {
        let carol = net.logIn(3, at: 0)
        let title = net.call(2, by: alice)
        net.answer(title, by: bob)
        _ = (net.told(alice), net.told(bob), net.told(phone))
        _ = net.call(2, by: carol)
        #expect(code(net.told(carol)) == 2 && net.told(bob).isEmpty)
        // It may have rung for a moment where nothing was known.
        let heard = net.told(phone)
        #expect(heard.isEmpty || heard.count == 2)
        net.hangUp(title, by: bob)
        #expect(net.told(alice) == [.over(title)])
        #expect(net.records.map(\.outcome) == [.busy, .answered] && net.isQuiet)
    }

    @Test func aDeviceHasOneCall() {
        let title = net.call(2, by: alice)
        #expect(net.call(2, by: alice) == title && net.told(alice).isEmpty)
        _ = net.call(3, by: alice, 8)
        #expect(code(net.told(alice)) == 5)
        _ = net.call(2, by: bob, 9)
        #expect(code(net.told(bob).filter { if case .ring = $0 { false } else { true } }) == 5)
        net.hangUp(title, by: alice)
        expectEnd(.cancelled)
    }

    @Test("two who call each other at once: the call of the lower number stays", arguments: [true, false])
    func glare(lowFirst: Bool) {
        let low = CallTitle(caller: UserID(1), callee: UserID(2), number: 7)
        let high = CallTitle(caller: UserID(2), callee: UserID(1), number: 8)
        if lowFirst { _ = net.call(2, by: alice, 7, carrying: false) }
        _ = net.call(1, by: bob, 8, carrying: false)
        if !lowFirst { _ = net.call(2, by: alice, 7, carrying: false) }
        net.carry()
        #expect(net.told(alice).isEmpty && net.told(bob) == [.over(high)] + ring(low))
        #expect(net.told(phone).last == ring(low).last)
        net.answer(low, by: bob)
        #expect(net.told(alice) == taken(low))
        net.hangUp(low, by: bob)
        #expect(net.isQuiet && net.records.map(\.outcome) == [.cancelled, .answered] && net.flaws.isEmpty)
    }

    @Test("no call outlives a session of it", arguments: [true, false])
    func sessions(callerEnds: Bool) {
        let title = net.call(2, by: alice)
        net.answer(title, by: bob)
        _ = (net.told(alice), net.told(bob))
        net.logOut(callerEnds ? alice : bob)
        #expect(net.told(callerEnds ? bob : alice) == [.over(title)])
        expectEnd(.answered)
    }

    @Test("nor a later session in the place of the caller or the callee", arguments: [true, false])
    func laterSessions(ofCaller: Bool) {
        let title = net.call(2, by: alice)
        net.answer(title, by: bob)
        _ = (net.told(alice), net.told(bob))
        _ = net.logIn(ofCaller ? 1 : 2, login: 2, at: ofCaller ? 0 : 1)
        #expect(net.told(ofCaller ? bob : alice) == [.over(title)])
        expectEnd(.answered)
    }

    @Test func aSessionRingsBeforeItsDeskIsToldOfIt() {
        let first = net.call(2, by: alice)
        net.answer(first, by: bob)
        let later = net.enter(2, login: 2, at: 1)
        let carol = net.logIn(3, at: 0)
        let second = net.call(2, by: carol, 8)
        #expect(net.told(later) == ring(second) && net.told(alice).last == .over(first))
        net.hangUp(second, by: carol)
        #expect(net.isQuiet && net.flaws.isEmpty, "\(net.flaws)")
    }

    @Test func devicesThatGoWhileItRings() {
        _ = net.call(2, by: alice)
        net.logOut(bob)
        #expect(net.told(alice).isEmpty)
        net.logOut(phone)
        #expect(code(net.told(alice)) == 3)
        expectEnd(.away)
    }

    @Test("a node dies, of the caller or of the callee, while it rings or they talk", arguments: [0, 1], [true, false])
    func nodes(dead: Int, isTalking: Bool) {
        net.logOut(phone)
        let title = net.call(2, by: alice)
        if isTalking { net.answer(title, by: bob) }
        _ = (net.told(alice), net.told(bob))
        net.kill(dead)
        if dead == 0 {
            #expect(net.told(bob) == [.over(title)] && net.records.isEmpty && net.isQuiet)
        } else if isTalking {
            #expect(net.told(alice) == [.over(title)])
            expectEnd(.answered)
        } else {
            #expect(code(net.told(alice)) == 3)
            expectEnd(.away)
        }
    }

    @Test("whatever is lost between two nodes, both sides end within the patience", arguments: [true, false])
    func partition(isTalking: Bool) {
        net.logOut(phone)
        let title = net.call(2, by: alice)
        if isTalking { net.answer(title, by: bob) }
        _ = (net.told(alice), net.told(bob))
        net.pass(Int(CallDesk.patience.components.seconds) + 1) { _ in true }
        #expect(net.told(bob) == [.over(title)] && net.told(alice).count == 1)
        expectEnd(isTalking ? .answered : .away, talked: isTalking ? .seconds(4) : .zero)
    }

    @Test("a word that is lost is made up for: an answer, its confirmation, an end")
    func lostWords() {
        let title = net.call(2, by: alice)
        _ = (net.told(bob), net.told(phone))
        net.answer(title, by: bob, carrying: false)
        net.words = []
        net.pass(1) { if case .answered = $0.word { true } else { false } }
        #expect(net.told(alice).isEmpty)
        net.pass(1) { if case .connected = $0.word { true } else { false } }
        #expect(net.told(alice) == taken(title))
        net.pass(2)
        #expect(net.told(phone) == [.over(title)] && net.told(bob).isEmpty)
        net.pass(100)
        #expect(!net.isQuiet && net.told(alice).isEmpty && net.told(bob).isEmpty)
        net.hangUp(title, by: alice)
        expectEnd(.answered, talked: .seconds(102))
    }

    @Test func onlyTheOwnerSpeaksForACall() {
        let title = net.call(2, by: alice)
        _ = (net.told(bob), net.told(phone))
        let call = CallName(net.places[0].peer, 1)
        for word in [CallWord.over, .connected(phone), .ring(title, .ios, body: [])] {
            net.places[1].desk.heard(word, of: call, from: net.places[2].peer, at: net.now, net.places[1])
        }
        #expect(net.told(bob).isEmpty)
        net.answer(title, by: bob)
        #expect(net.told(alice) == taken(title))
    }

    @Test func onOneNode() {
        let dave = net.logIn(4, at: 0)
        let title = net.call(4, by: alice)
        #expect(net.told(dave) == ring(title))
        net.answer(title, by: dave)
        net.pass(10)
        net.hangUp(title, by: dave)
        #expect(net.told(alice) == taken(title) + [.over(title)])
        expectEnd(.answered, talked: .seconds(10))
    }
}
