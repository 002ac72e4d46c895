import Primitives
import Testing
import WebSocket

/// What a server makes of the frames of clients; the names are those of the bad input in PROMISES.md.
@Suite struct WebSocketReceiverTests {
    /// A masked frame as bytes, with everything that may be wrong with it.
    private func frame(
        _ first: UInt8, _ payload: [UInt8], length: [UInt8]? = nil, isMasked: Bool = true
    ) -> [UInt8] {
        let key: [UInt8] = isMasked ? [1, 2, 3, 4] : []
        let short = length ?? [UInt8(payload.count)]
        let masked = isMasked ? payload.enumerated().map { $1 ^ key[$0 % 4] } : payload
        return [first, short[0] | (isMasked ? 0x80 : 0)] + short.dropFirst() + key + masked
    }

    /// What became of the bytes: messages as `[1, 2]`, pings as `ping [1]`, ends as `close 1000` or `violation 1002`.
    private func events(
        _ bytes: [UInt8], limit: Int = 1_000, takesText: Bool = false, pieces: Int = .max, at now: Instant = .init(
            nanoseconds: 0)
    ) -> [String] {
        var limits = WebSocketReceiver.Limits(messageBytes: limit)
        limits.takesText = takesText
        var receiver = WebSocketReceiver(ofClient: true)
        var payload = ByteWriter()
        var found: [String] = []
        var unread: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: min(pieces, max(1, bytes.count))) {
            unread += bytes[start...].prefix(pieces)
            reading: while true {
                let event = receiver.next(in: unread.rawBytes, limits, at: now, payload: &payload)
                #expect(receiver.checkInvariants(limits) == nil)
                let taken: Int
                switch event {
                case .needMore: break reading
                case .passed(let byteCount): taken = byteCount
                case .message(_, let byteCount):
                    found.append("\(payload.bytes.copied())")
                    receiver.messageTaken()
                    taken = byteCount
                case .ping(let byteCount):
                    found.append("ping \(payload.bytes.copied())")
                    taken = byteCount
                case .close(let code, let byteCount):
                    found.append("close \(code.map { "\($0.rawValue)" } ?? "without a code")")
                    taken = byteCount
                case .violation(let code):
                    found.append("violation \(code.rawValue)")
                    taken = unread.count
                }
                unread.removeFirst(taken)
                if unread.isEmpty { break }
            }
        }
        return found
    }

    @Test("W03: a frame of a client that is not masked")
    func unmasked() {
        #expect(events(frame(0x82, [1], isMasked: false)) == ["violation 1002"])
    }

    @Test("W03: nor may a server mask")
    func maskedByTheServer() {
        #expect(WebSocketFrame.read(frame(0x82, [1]).rawBytes, isMasked: false) == .violation(.protocolError))
    }

    @Test("W04: reserved bits, reserved opcodes", arguments: [
        0xC2, 0xA2, 0x92, 0x83, 0x84, 0x87, 0x8B, 0x8C, 0x8F,
    ] as [UInt8])
    func reserved(first: UInt8) {
        #expect(events(frame(first, [1])) == ["violation 1002"])
    }

    @Test("W05: a control frame in parts, or of more than 125 bytes")
    func controlFrames() {
        #expect(events(frame(0x09, [1])) == ["violation 1002"])
        #expect(events(frame(0x89, [], length: [126, 0, 126])) == ["violation 1002"])
        let most = [UInt8](repeating: 7, count: 125)
        #expect(events(frame(0x89, most)) == ["ping \(most)"])
    }

    @Test("W06: a continuation of nothing, a new message within another one")
    func fragmentOrder() {
        #expect(events(frame(0x80, [1])) == ["violation 1002"])
        #expect(events(frame(0x02, [1]) + frame(0x82, [2])) == ["violation 1002"])
        #expect(events(frame(0x82, [1]) + frame(0x80, [2])) == ["[1]", "violation 1002"])
    }

    @Test("a message may come in parts, with control frames between them")
    func fragments() {
        let bytes = frame(0x02, [1]) + frame(0x89, [9]) + frame(0x00, []) + frame(0x8A, []) + frame(0x80, [2, 3])
        for pieces in 1...bytes.count { #expect(events(bytes, pieces: pieces) == ["ping [9]", "[1, 2, 3]"]) }
    }

    @Test("W07: lengths beyond everything, or in more bytes than they need")
    func lengths() {
        #expect(events(frame(0x82, [], length: [127, 0x80, 0, 0, 0, 0, 0, 0, 0])) == ["violation 1009"])
        #expect(events(frame(0x82, [], length: [127, 0x7F] + [UInt8](repeating: 0xFF, count: 7))) == ["violation 1009"])
        #expect(events(frame(0x82, [], length: [126, 0, 125])) == ["violation 1002"])
        #expect(events(frame(0x82, [], length: [127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])) == ["violation 1002"])
        let long = [UInt8](repeating: 5, count: 126)
        #expect(events(frame(0x82, long, length: [126, 0, 126])) == ["\(long)"])
    }

    @Test("W08: a message over the limit is refused on its header, in one frame or in many; so are too many frames")
    func longMessages() {
        #expect(events(frame(0x82, [], length: [126, 3, 0xE9])) == ["violation 1009"])
        let part = frame(0x02, [UInt8](repeating: 0, count: 100))
        let next = frame(0x00, [UInt8](repeating: 0, count: 100))
        #expect(events(part + (1..<10).flatMap { _ in next } + frame(0x80, [1])) == ["violation 1009"])
        #expect(events(frame(0x02, []) + (1..<100).flatMap { _ in frame(0x00, []) }) == ["violation 1009"])
        #expect(events(frame(0x02, []) + (1..<63).flatMap { _ in frame(0x00, []) } + frame(0x80, [])) == ["[]"])
    }

    @Test("W09: codes that may not be sent, half a code, a reason that is no text", arguments: [
        ([3, 0xE8], "close 1000"), ([3, 0xF4], "close 1012"), ([0x0B, 0xB8], "close 3000"),
        ([0x13, 0x87], "close 4999"), ([], "close without a code"), ([3, 0xE8, 0xC3, 0xA9], "close 1000"),
        ([3], "violation 1002"), ([0, 0], "violation 1002"), ([3, 0xE7], "violation 1002"),
        ([3, 0xEC], "violation 1002"), ([3, 0xED], "violation 1002"), ([3, 0xEE], "violation 1002"),
        ([3, 0xF7], "violation 1002"), ([3, 0xF8], "violation 1002"), ([0x0B, 0xB7], "violation 1002"),
        ([0x13, 0x88], "violation 1002"), ([3, 0xE8, 0xFF], "violation 1007"),
    ] as [([UInt8], String)])
    func closeCodes(body: [UInt8], outcome: String) {
        #expect(events(frame(0x88, body)) == [outcome])
    }

    @Test("W10: text, where only binary messages are taken")
    func text() {
        #expect(events(frame(0x81, [65])) == ["violation 1003"])
        #expect(events(frame(0x81, [65]), takesText: true) == ["[65]"])
        #expect(events(frame(0x81, [0xED, 0xA0, 0x80]), takesText: true) == ["violation 1007"])
        // A character may be cut by frames.
        #expect(events(frame(0x01, [0xC3]) + frame(0x80, [0xA9]), takesText: true) == ["[195, 169]"])
        #expect(events(frame(0x01, [0xC3]) + frame(0x80, []), takesText: true) == ["violation 1007"])
    }

    @Test("W11: more pings than anybody needs")
    func pings() {
        let ping = frame(0x89, [])
        let found = events((0..<50).flatMap { _ in ping })
        #expect(found == [String](repeating: "ping []", count: 20) + ["violation 1008"])
    }

    @Test("W12: what comes after a close counts no more")
    func afterTheClose() {
        #expect(events(frame(0x88, []) + frame(0x82, [1]) + frame(0x89, [])) == ["close without a code"])
        #expect(events(frame(0x83, []) + frame(0x82, [1])) == ["violation 1002"])
    }

    @Test("a message that is not taken comes again, with all of its parts")
    func again() {
        let limits = WebSocketReceiver.Limits(messageBytes: 100)
        var receiver = WebSocketReceiver(ofClient: true)
        var payload = ByteWriter()
        let now = Instant(nanoseconds: 0)
        let (first, last) = (frame(0x02, [1, 2]), frame(0x80, [3]))
        #expect(receiver.next(in: first.rawBytes, limits, at: now, payload: &payload) == .passed(byteCount: 8))
        for _ in 0..<3 {
            let event = receiver.next(in: last.rawBytes, limits, at: now, payload: &payload)
            #expect(event == .message(.binary, byteCount: 7))
            #expect(payload.bytes.copied() == [1, 2, 3])
        }
        receiver.messageTaken()
        #expect(!receiver.isWithinMessage)
    }

    @Test("what is written is read as it was meant, whatever its length", arguments: [
        0, 1, 7, 8, 9, 125, 126, 127, 65_535, 65_536, 70_001,
    ])
    func roundTrip(length: Int) {
        var random = SeededRandom(seed: UInt64(length))
        let message = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for mask in [nil, 0x0102_03FF] as [UInt32?] {
            var writer = ByteWriter()
            WebSocketFrame(.binary, length: length, mask: mask).write(into: &writer)
            if let mask {
                WebSocketMask.apply(mask, to: message.rawBytes, into: &writer)
            } else {
                writer.append(message)
            }
            var receiver = WebSocketReceiver(ofClient: mask != nil)
            var payload = ByteWriter()
            let event = receiver.next(
                in: writer.bytes, WebSocketReceiver.Limits(messageBytes: length), at: Instant(nanoseconds: 0),
                payload: &payload)
            #expect(event == .message(.binary, byteCount: writer.count))
            #expect(payload.bytes.copied() == message)
        }
    }
}
