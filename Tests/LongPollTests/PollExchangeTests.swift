import LongPoll
import Primitives
import Testing

/// Both streams of a session over requests: lost, repeated, overlapping, out of turn, too much. The cases are those of
/// XEP-0124, sections 9 and 14.
@Suite struct PollExchangeTests {
    private static let first = PollExchange.Ticket(loop: 0, number: 1)
    private static let second = PollExchange.Ticket(loop: 1, number: 2)
    private static let third = PollExchange.Ticket(loop: 0, number: 3)

    /// A session with a clock of its own.
    private final class Talk {
        var exchange: PollExchange
        var now = Instant(nanoseconds: 1_000_000_000)
        private var effects: [PollExchange.Effect] = []

        init(_ limits: PollExchange.Limits = PollExchange.Limits()) {
            exchange = PollExchange(limits, at: now)
        }

        /// What was answered since the last look, with the tickets.
        func answers() -> [PollExchange.Ticket: PollAnswer] {
            #expect(exchange.checkInvariants() == nil)
            defer { effects = [] }
            let answers = Dictionary(effects.map { ($0.ticket, $0.answer) }) { $1 }
            #expect(answers.count == effects.count, "a request was answered twice")
            return answers
        }

        @discardableResult
        func ask(
            _ ticket: PollExchange.Ticket, number: UInt64? = nil, received: UInt64? = nil, fits: Bool = true
        ) -> Bool {
            exchange.asked(PollTurn(number: number, received: received), ticket, fits: fits, at: now, &effects)
        }

        func uploadWaits() { exchange.uploadWaits(at: now, &effects) }

        /// Bytes that were answered not for the first time, since the last look.
        var repeatedByteCount: Int { effects.reduce(0) { $0 + $1.repeatedByteCount } }

        func taken() { exchange.uploadTaken(at: now, &effects) }

        func send(_ bytes: [UInt8]) {
            exchange.send(bytes.rawBytes, at: now)
            exchange.flush(at: now, &effects)
        }

        func finish(_ ending: PollEnding) {
            exchange.finished(because: ending, at: now)
            exchange.flush(at: now, &effects)
        }

        func forget() { exchange.forget(at: now, &effects) }

        func wait(_ duration: Duration) {
            now = now + duration
            exchange.deadlinePassed(at: now, &effects)
        }
    }

    /// A packet of so many bytes: its length, then anything.
    private static func packet(_ length: UInt8) -> [UInt8] {
        [0, 0, 0, length] + Array(repeating: 7, count: Int(length) - 4)
    }

    /// Who asks for the same again and again would otherwise get all that is kept each time.
    @Test func anAnswerHasABoundAndWholePackets() {
        var limits = PollExchange.Limits()
        limits.answerBytes = 20
        let talk = Talk(limits)
        let (small, large) = (Self.packet(8), Self.packet(30))
        for packet in [small, small, small, large, small] { talk.send(packet) }
        talk.ask(Self.first, received: 0)
        #expect(talk.answers() == [Self.first: .packets(position: 0, small + small)])
        #expect(talk.exchange.backlog == 42)
        talk.ask(Self.second, received: 16)
        #expect(talk.answers() == [Self.second: .packets(position: 16, small)])
        talk.ask(Self.first, received: 24)
        #expect(talk.answers() == [Self.first: .packets(position: 24, large)])
        talk.ask(Self.second, received: 54)
        #expect(talk.answers() == [Self.second: .packets(position: 54, small)])
        // Within a packet, where no length is to be found.
        talk.ask(Self.first, received: 58)
        #expect(talk.answers() == [Self.first: .packets(position: 58, Array(small.dropFirst(4)))])
    }

    @Test func whoUploadsAndIsGoneIsNotWaitedForLonger() {
        let talk = Talk()
        talk.ask(Self.first, number: 1)
        talk.wait(.seconds(59))
        #expect(talk.exchange.ending == nil && talk.answers() == [:])
        talk.wait(.seconds(1))
        #expect(talk.exchange.ending == .silent && talk.exchange.isOver)
        #expect(talk.answers() == [Self.first: .ended(.silent)])
    }

    @Test func nothingIsKeptForASessionThatIsOver() {
        let talk = Talk()
        talk.send([1, 2, 3])
        talk.finish(.kicked)
        #expect(talk.exchange.keptByteCount == 3)
        talk.wait(.seconds(10))
        #expect(talk.exchange.isOver && talk.exchange.keptByteCount == 0)
        #expect(talk.answers() == [:])
    }

    @Test func packetsWaitForAQuestionAndAQuestionForPackets() {
        let talk = Talk()
        talk.send([1, 2, 3])
        #expect(talk.answers() == [:])
        talk.ask(Self.first, received: 0)
        #expect(talk.answers() == [Self.first: .packets(position: 0, [1, 2, 3])])
        talk.ask(Self.second, received: 3)
        #expect(talk.answers() == [:])
        talk.send([4])
        #expect(talk.answers() == [Self.second: .packets(position: 3, [4])])
    }

    @Test("an answer that was lost comes again, with what has come behind it; what is acknowledged does not")
    func lostAnswer() {
        let talk = Talk()
        talk.send([1, 2])
        talk.ask(Self.first, received: 0)
        talk.send([3])
        _ = talk.answers()
        talk.ask(Self.second, received: 0)
        #expect(talk.answers() == [Self.second: .packets(position: 0, [1, 2, 3])])
        #expect(talk.exchange.keptByteCount == 3)
        // Half of an answer is enough to go on from.
        talk.ask(Self.third, received: 2)
        #expect(talk.answers() == [Self.third: .packets(position: 2, [3])])
        #expect(talk.exchange.keptByteCount == 1)
        talk.ask(Self.first, received: 1)
        #expect(talk.answers() == [Self.first: .outOfRange(from: 2, to: 3)])
        talk.ask(Self.first, received: 4)
        #expect(talk.answers() == [Self.first: .outOfRange(from: 2, to: 3)])
    }

    @Test("an upload that is repeated is executed once")
    func repeatedUpload() {
        let talk = Talk()
        #expect(talk.ask(Self.first, number: 1))
        #expect(talk.answers() == [:])
        // Before the first one was taken: who repeats does not listen where he asked before.
        #expect(!talk.ask(Self.second, number: 1))
        #expect(talk.answers() == [Self.first: .nothing])
        talk.taken()
        #expect(talk.answers() == [Self.second: .nothing])
        #expect(!talk.ask(Self.third, number: 1))
        #expect(talk.answers() == [Self.third: .nothing])
    }

    @Test("uploads out of turn: too early, too late, and before the last one was taken")
    func outOfTurn() {
        let talk = Talk()
        #expect(!talk.ask(Self.first, number: 2))
        #expect(talk.answers() == [Self.first: .outOfTurn(expected: 1)])
        #expect(talk.ask(Self.first, number: 1))
        #expect(!talk.ask(Self.second, number: 2))
        #expect(talk.answers() == [Self.second: .outOfTurn(expected: 1)])
        talk.taken()
        #expect(talk.ask(Self.second, number: 2))
        talk.taken()
        _ = talk.answers()
        #expect(!talk.ask(Self.third, number: 1))
        #expect(talk.answers() == [Self.third: .outOfTurn(expected: 3)])
    }

    @Test("one request is held: the newer takes the older's place")
    func overlapping() {
        let talk = Talk()
        talk.ask(Self.first, received: 0)
        talk.ask(Self.second, received: 0)
        #expect(talk.answers() == [Self.first: .nothing])
        // One that uploads as well is held from when its packets were taken.
        #expect(talk.ask(Self.third, number: 1, received: 0))
        #expect(talk.answers() == [:])
        talk.taken()
        #expect(talk.answers() == [Self.second: .nothing])
        talk.send([7])
        #expect(talk.answers() == [Self.third: .packets(position: 0, [7])])
    }

    @Test("an upload that does not ask leaves the held request alone")
    func uploadBeside() {
        let talk = Talk()
        talk.ask(Self.first, received: 0)
        #expect(talk.ask(Self.second, number: 1))
        talk.taken()
        #expect(talk.answers() == [Self.second: .nothing])
        talk.send([7])
        #expect(talk.answers() == [Self.first: .packets(position: 0, [7])])
    }

    @Test func aHeldRequestIsAnsweredInTime() {
        let talk = Talk()
        talk.ask(Self.first, received: 0)
        #expect(talk.exchange.deadline == talk.now + .seconds(25))
        talk.wait(.seconds(24))
        #expect(talk.answers() == [:])
        talk.wait(.seconds(1))
        #expect(talk.answers() == [Self.first: .nothing])
    }

    @Test func aClientThatDoesNotComeBackIsGone() {
        let talk = Talk()
        talk.ask(Self.first, received: 0)
        talk.wait(.seconds(25))
        talk.wait(.seconds(59))
        #expect(talk.exchange.ending == nil)
        talk.wait(.seconds(1))
        #expect(talk.exchange.ending == .silent)
        #expect(talk.exchange.isOver)
        _ = talk.answers()
        talk.ask(Self.second, received: 0)
        #expect(talk.answers() == [Self.second: .unknown])
    }

    @Test("what was sent before the end comes before it, as often as it is asked for")
    func noticeThenEnd() {
        let talk = Talk()
        talk.ask(Self.first, received: 0)
        talk.send([9])
        talk.finish(.kicked)
        #expect(talk.answers() == [Self.first: .packets(position: 0, [9])])
        talk.ask(Self.second, received: 0)
        #expect(talk.answers() == [Self.second: .packets(position: 0, [9])])
        #expect(!talk.ask(Self.third, number: 1))
        #expect(talk.answers() == [Self.third: .ended(.kicked)])
        #expect(!talk.exchange.isOver)
        talk.ask(Self.first, received: 1)
        #expect(talk.answers() == [Self.first: .ended(.kicked)])
        #expect(talk.exchange.isOver)
    }

    @Test("who waits is told of the end, also with an upload that cannot be finished")
    func endForThoseWhoWait() {
        let talk = Talk()
        talk.ask(Self.first, received: 0)
        #expect(talk.ask(Self.second, number: 1))
        talk.finish(.badPacket)
        #expect(talk.answers() == [Self.first: .ended(.badPacket), Self.second: .ended(.badPacket)])
    }

    @Test func anEndIsNotRememberedForEver() {
        let talk = Talk()
        talk.send([9])
        talk.finish(.drained)
        talk.wait(.seconds(9))
        #expect(!talk.exchange.isOver)
        talk.wait(.seconds(1))
        #expect(talk.exchange.isOver)
    }

    @Test func anEndIsForgottenWhenThereAreTooMany() {
        let talk = Talk()
        talk.forget()
        #expect(!talk.exchange.isOver, "it has not ended")
        talk.send([9])
        talk.finish(.busy)
        talk.forget()
        #expect(talk.exchange.isOver)
        talk.ask(Self.first, received: 0)
        #expect(talk.answers() == [Self.first: .unknown])
    }

    @Test("an upload that waits for room is answered, with what is there if it asks; the next one goes behind it")
    func uploadThatWaits() {
        var limits = PollExchange.Limits()
        limits.keptBytes = 8
        let talk = Talk(limits)
        talk.send([1, 2, 3, 4, 5, 6])
        #expect(talk.exchange.hasRoom(for: 2) && !talk.exchange.hasRoom(for: 3))
        #expect(talk.ask(Self.first, number: 1, received: 0))
        talk.uploadWaits()
        talk.uploadWaits()
        #expect(talk.answers() == [Self.first: .packets(position: 0, [1, 2, 3, 4, 5, 6])])
        #expect(!talk.ask(Self.second, number: 2, fits: false))
        #expect(talk.answers() == [Self.second: .outOfTurn(expected: 1)])
        #expect(talk.ask(Self.second, number: 2))
        talk.uploadWaits()
        #expect(talk.answers() == [Self.second: .nothing])
        #expect(talk.ask(Self.third, number: 3, received: 6))
        #expect(!talk.ask(Self.first, number: 4), "one is under way, and is not answered")
        #expect(talk.answers() == [Self.first: .outOfTurn(expected: 3)])
        talk.taken()
        #expect(talk.answers() == [:], "it asks, and there is nothing")
        talk.send([7])
        #expect(talk.answers() == [Self.third: .packets(position: 6, [7])])
    }

    @Test("an upload that waits for room may be repeated, and asks again")
    func uploadThatWaitsIsRepeated() {
        let talk = Talk()
        talk.send([1])
        #expect(talk.ask(Self.first, number: 1, received: 0))
        talk.uploadWaits()
        #expect(!talk.ask(Self.second, number: 1, received: 1))
        #expect(talk.answers() == [Self.first: .packets(position: 0, [1])])
        talk.taken()
        talk.send([2])
        #expect(talk.answers() == [Self.second: .packets(position: 1, [2])])
    }

    @Test func whatIsAnsweredAgainIsCounted() {
        let talk = Talk()
        talk.send([1, 2, 3])
        talk.ask(Self.first, received: 0)
        #expect(talk.repeatedByteCount == 0)
        talk.ask(Self.second, received: 0)
        #expect(talk.repeatedByteCount == 3)
        _ = talk.answers()
        talk.send([4])
        talk.ask(Self.first, received: 2)
        #expect(talk.repeatedByteCount == 1)
        _ = talk.answers()
        talk.ask(Self.first, received: 4)
        talk.send([5])
        #expect(talk.repeatedByteCount == 0)
    }

    @Test("who leaves too much unread ends, and what was kept for him is let go")
    func slowReader() {
        var limits = PollExchange.Limits()
        limits.keptBytes = 8
        let talk = Talk(limits)
        talk.send([1, 2, 3, 4, 5, 6, 7, 8])
        #expect(talk.exchange.ending == nil)
        talk.send([9])
        #expect(talk.exchange.ending == .slowReader)
        #expect(talk.exchange.keptByteCount == 0)
        _ = talk.answers()
        talk.ask(Self.first, received: 0)
        #expect(talk.answers() == [Self.first: .ended(.slowReader)])
    }
}
