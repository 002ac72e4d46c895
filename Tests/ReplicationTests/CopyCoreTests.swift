import Blobs
import Primitives
import Reactor
@testable import Replication
import Testing

@Suite struct CopyCoreTests {
    private static let id = BlobID(hex: String(repeating: "ab", count: 32))!

    private func bytes(_ request: CopyRequest) -> [UInt8] {
        var writer = ByteWriter()
        request.write(into: &writer)
        return writer.bytes.copied()
    }

    private func bytes(_ reply: CopyReply) -> [UInt8] {
        var writer = ByteWriter()
        reply.write(into: &writer)
        return writer.bytes.copied()
    }

    @Test(arguments: [CopyRequest.fetch(id, from: 0), .fetch(id, from: 7), .offer(id, byteCount: 1 << 33, to: 3)])
    func requestsAreReadAsTheyWereWritten(request: CopyRequest) {
        let written = bytes(request)
        #expect(written.count == CopyRequest.byteCount)
        let read = CopyRequest(written.rawBytes)
        #expect(read == request)
    }

    @Test(arguments: [CopyReply.sending(byteCount: 9), .wanted, .stored, .absent, .full, .failed, .busy])
    func repliesAreReadAsTheyWereWritten(reply: CopyReply) {
        let written = bytes(reply)
        #expect(written.count == CopyReply.byteCount)
        let read = CopyReply(written.rawBytes)
        #expect(read == reply)
    }

    @Test("what is no request or reply: a kind, a size, a length", arguments: [0, 1, 2, 3])
    func nonsense(how: Int) {
        var request = bytes(.fetch(Self.id, from: 0))
        var reply = bytes(CopyReply.wanted)
        switch how {
        case 0: (request[0], reply[0]) = (3, 7)
        case 1: (request[33], reply[1]) = (0x80, 0x80)
        case 2: (request[33], reply[1]) = (0x7f, 0x7f)
        default: (request, reply) = (request + [0], reply + [0])
        }
        let (noRequest, noReply) = (CopyRequest(request.rawBytes), CopyReply(reply.rawBytes))
        #expect(noRequest == nil && noReply == nil)
    }

    @Test(arguments: [1, 3, 1_000])
    func whatIsOfferedIsTakenInPieces(size: Int) {
        var core = CopyAcceptor()
        let input = bytes(.offer(Self.id, byteCount: 10, to: 3)) + [UInt8](repeating: 5, count: 10) + [9]
        var offset = 0
        var parts = 0
        for end in stride(from: size, through: input.count + size, by: size) {
            let limit = min(end, input.count)
            while true {
                let (taken, event) = core.receive(Array(input[offset..<limit]).rawBytes)
                offset += taken
                switch event {
                case .request(let request):
                    #expect(request == .offer(Self.id, byteCount: 10, to: 3))
                    core.take(10)
                case .part(let byteCount): parts += byteCount
                case .wrong:
                    // One byte too many, before the answer.
                    #expect(offset == input.count - 1 && parts == 10)
                    return
                case nil: break
                }
                if taken == 0 { break }
            }
        }
        Issue.record("a byte too many was not refused")
    }

    @Test func oneThingAfterTheOther() {
        var core = CopyAcceptor()
        let request = bytes(.fetch(Self.id, from: 3))
        let twice = core.receive((request + request).rawBytes)
        #expect(twice.taken == CopyRequest.byteCount && twice.event == .request(.fetch(Self.id, from: 3)))
        let early = core.receive(request.rawBytes)
        #expect(early.event == .wrong)
        core.finish()
        let next = core.receive(request.rawBytes)
        #expect(next.event == .request(.fetch(Self.id, from: 3)))
    }

    @Test func anEmptyBlobIsThereAtOnce() {
        var core = CopyAcceptor()
        let request = bytes(.offer(Self.id, byteCount: 0, to: 3))
        _ = core.receive(request.rawBytes)
        core.take(0)
        #expect(core.isComplete)
        var dialer = CopyDialer(.fetch(Self.id, from: 0), byteCount: 0)
        let reply = bytes(CopyReply.sending(byteCount: 0))
        let first = dialer.receive(reply.rawBytes)
        #expect(first.event == .size(0))
        let nothing: [UInt8] = []
        let second = dialer.receive(nothing.rawBytes)
        #expect(second.event == .end(.stored))
    }

    @Test("answers that do not belong to the question", arguments: [
        (CopyRequest.fetch(id, from: 0), CopyReply.wanted), (.fetch(id, from: 0), .stored),
        (.fetch(id, from: 0), .full),
        (.fetch(id, from: 5), .sending(byteCount: 4)), (.fetch(id, from: 0), .sending(byteCount: 5)),
        (.fetch(id, from: 0), .sending(byteCount: 3)), (.offer(id, byteCount: 1, to: 3), .absent),
        (.offer(id, byteCount: 1, to: 3), .sending(byteCount: 1)),
    ])
    func wrongAnswers(request: CopyRequest, reply: CopyReply) {
        var core = CopyDialer(request, byteCount: 4)
        let written = bytes(reply)
        let answered = core.receive(written.rawBytes)
        #expect(answered.event == .wrong)
    }

    @Test func anOfferEndsWithWhatBecameOfIt() {
        for end in [CopyReply.stored, .full, .failed, .busy] {
            var core = CopyDialer(.offer(Self.id, byteCount: 4, to: 3), byteCount: 4)
            let (wanted, said) = (bytes(CopyReply.wanted), bytes(end))
            let first = core.receive(wanted.rawBytes)
            #expect(first.event == .send)
            let again = core.receive(said.rawBytes)
            #expect(again.event == .end(end))
        }
    }

    @Test func whatIsWantedIsSentOnce() {
        var core = CopyDialer(.offer(Self.id, byteCount: 4, to: 3), byteCount: 4)
        let wanted = bytes(CopyReply.wanted)
        let first = core.receive(wanted.rawBytes)
        #expect(first.event == .send)
        let again = core.receive(wanted.rawBytes)
        #expect(again.event == .wrong)
    }

    @Test func theOldestOfThoseThatSayNothingMakesRoom() {
        var arrivals = Arrivals(capacity: 3)
        let handles = (0..<6).map { ConnectionHandle(slot: $0, generation: 1) }
        var told: [ConnectionHandle?] = []
        for handle in handles[..<3] { told.append(arrivals.enter(handle)) }
        var left = [arrivals.leave(handles[1])]
        for handle in handles[3..<5] { told.append(arrivals.enter(handle)) }
        left.append(arrivals.leave(handles[0]))
        told.append(arrivals.enter(handles[5]))
        #expect(told == [nil, nil, nil, nil, handles[0], handles[2]])
        #expect(left == [true, false] && arrivals.count == 3)
    }
}
