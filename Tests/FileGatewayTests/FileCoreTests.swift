@testable import FileGateway
import Primitives
import TalkProtocol
import Testing

@Suite struct FileCoreTests {
    @Test func anUploadIsAskedForPieceByPiece() throws {
        var upload = FileUpload(byteCount: 70_000)
        for piece in [0..<32_768, 32_768..<65_536, 65_536..<70_000] {
            #expect(!upload.isComplete)
            let asked = upload.next()
            #expect(asked == piece)
            try upload.take(code: 0, offset: UInt32(piece.lowerBound), count: piece.count)
        }
        let (more, isComplete) = (upload.next(), upload.isComplete)
        #expect(isComplete && more == nil)
        var nothing = FileUpload(byteCount: 0)
        let first = nothing.next()
        #expect(nothing.isComplete && first == nil)
    }

    @Test("B65: a client that says nothing but that it is there keeps its line for half an hour after the last piece")
    func patience() {
        var now = Instant(nanoseconds: 0)
        var patience = FilePatience(at: now)
        #expect(patience.deadline(at: now) == now + .seconds(120))
        for _ in 0..<29 { now = now + .seconds(60) }
        #expect(patience.deadline(at: now) == now + .seconds(60))
        patience.carried(at: now)
        #expect(patience.deadline(at: now) == now + .seconds(120))
        #expect(patience.deadline(at: now + .seconds(1_790)) == now + .seconds(1_800))
    }

    @Test("B65: a piece that was not asked for, another one, a shorter or longer one", arguments: [
        (0, 32_767), (0, 32_769), (1, 32_768), (32_768, 32_768), (UInt32.max, 32_768),
    ] as [(UInt32, Int)])
    func otherPieces(offset: UInt32, count: Int) {
        var upload = FileUpload(byteCount: 70_000)
        #expect(throws: FileUpload.Fault.otherPiece) { try upload.take(code: 0, offset: 0, count: 32_768) }
        _ = upload.next()
        #expect(throws: FileUpload.Fault.otherPiece) { try upload.take(code: 0, offset: offset, count: count) }
        #expect(throws: FileUpload.Fault.refused(code: 8)) { try upload.take(code: 8, offset: 0, count: 0) }
        #expect(upload.received == 0)
    }

    @Test func aDownloadGivesPiecesByOffset() {
        let download = FileDownload(byteCount: 40_000)
        #expect(download.piece(at: 0) == 0..<32_768)
        #expect(download.piece(at: 32_768) == 32_768..<40_000)
        #expect(download.piece(at: 39_999) == 39_999..<40_000)
        #expect(download.piece(at: 40_000) == nil && download.piece(at: .max) == nil)
        #expect(!download.isLast(0..<32_768) && download.isLast(39_999..<40_000))
    }

    @Test func aRelayPassesAnswersToTheirQuestions() throws {
        var relay = FileRelay<Int>(byteCount: 1_000)
        let joined = [
            relay.join(1, as: .realtimeSender), relay.join(3, as: .realtimeSender),
            relay.join(2, as: .realtimeRecver), relay.join(4, as: .offlineUpload),
        ]
        #expect(joined == [true, false, true, false] && relay.isOpen)
        #expect(relay.peer(of: 1) == 2 && relay.peer(of: 2) == 1 && relay.peer(of: 3) == nil)
        try relay.ask(2, sequence: 7, offset: 0, byteCount: 600)
        try relay.ask(2, sequence: 9, offset: 600, byteCount: 400)
        let second = try relay.answer(1, code: 0, offset: 600, count: 400)
        let first = try relay.answer(1, code: 0, offset: 0, count: 600)
        #expect(first == 7 && second == 9)
    }

    @Test("B65: what is nobody's to say in a relay")
    func outOfTurn() throws {
        var relay = FileRelay<Int>(byteCount: 1_000)
        _ = relay.join(2, as: .realtimeRecver)
        #expect(throws: FileRelay<Int>.Fault.outOfTurn) { try relay.ask(2, sequence: 1, offset: 0, byteCount: 10) }
        _ = relay.join(1, as: .realtimeSender)
        for (side, offset, count) in [(1, 0, 10), (3, 0, 10), (2, 0, 0), (2, 995, 6), (2, .max, .max)]
            as [(Int, UInt32, UInt32)]
        {
            #expect(throws: FileRelay<Int>.Fault.outOfTurn) {
                try relay.ask(side, sequence: 1, offset: offset, byteCount: count)
            }
        }
        #expect(throws: FileRelay<Int>.Fault.outOfTurn) { try relay.answer(1, code: 0, offset: 0, count: 10) }
        try relay.ask(2, sequence: 1, offset: 0, byteCount: 10)
        for (side, offset, count) in [(2, 0, 10), (1, 1, 10), (1, 0, 9), (1, 0, 11)] as [(Int, UInt32, Int)] {
            #expect(throws: FileRelay<Int>.Fault.outOfTurn) {
                try relay.answer(side, code: 0, offset: offset, count: count)
            }
        }
    }

    @Test func whoAsksForEverythingAtOnceIsStopped() throws {
        var relay = FileRelay<Int>(byteCount: 1 << 30)
        _ = relay.join(1, as: .realtimeSender)
        _ = relay.join(2, as: .realtimeRecver)
        let most = FileRelay<Int>.maxPieceBytes
        #expect(throws: FileRelay<Int>.Fault.tooMuch) {
            try relay.ask(2, sequence: 1, offset: 0, byteCount: most + 1)
        }
        for number in 0..<UInt32(FileRelay<Int>.maxQuestions) {
            try relay.ask(2, sequence: 1, offset: number * 10, byteCount: 10)
        }
        #expect(throws: FileRelay<Int>.Fault.tooMuch) { try relay.ask(2, sequence: 1, offset: 0, byteCount: 10) }
    }

    @Test func partsMayComeInAnyOrder() {
        let size = FileParts.byteCount
        var parts = FileParts(fileSize: 2 * size + 5, starts: [size, 3, -size, 9 * size])
        #expect(parts.received == 0 && parts.has(size) && !parts.has(3))
        parts.add(2 * size)
        #expect(parts.received == 0 && !parts.isWhole)
        parts.add(0)
        #expect(parts.received == 2 * size + 5 && parts.isWhole)
        let nothing = FileParts(fileSize: 0)
        #expect(nothing.isWhole && nothing.received == 0)
    }

    @Test("B65: a part that begins nowhere", arguments: [-1, 1, -FileParts.byteCount, 3 * FileParts.byteCount, .max])
    func strangeParts(start: Int) {
        #expect(FileParts.range(at: start, of: 2 * FileParts.byteCount + 5) == nil)
    }

    @Test func theLastPartIsWhatIsLeft() {
        let size = FileParts.byteCount
        #expect(FileParts.range(at: 0, of: 5) == 0..<5)
        #expect(FileParts.range(at: size, of: 2 * size) == size..<2 * size)
        #expect(FileParts.range(at: 2 * size, of: 2 * size + 5) == 2 * size..<2 * size + 5)
        #expect(FileParts.range(at: 0, of: 0) == nil)
    }
}
