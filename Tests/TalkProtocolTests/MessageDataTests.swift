import Primitives
import Protobuf
import TalkProtocol
import Testing

@Suite struct MessageDataTests {
    @Test func theFastWritersWriteWhatTheGeneratedTypesDo() {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededRandom(seed: seed)
        for _ in 0..<1_000 {
            let message = IMMsgData.random(using: &random)
            let expected = written { $0.append(.msgData, sequence: 0, message) }
            let ack = IMMsgDataAck(
                userID: message.fromUserID, sessionID: message.toSessionID, msgID: max(1, message.msgID),
                sessionType: message.msgType.sessionType, clientMsgKey: message.clientMsgKey)
            let sequence = UInt16.random(in: 0...(.max), using: &random)
            let expectedAck = written { $0.append(.msgDataAck, sequence: sequence, ack) }
            #expect(written { $0.appendMsgData(message) } == expected, "seed \(seed)")
            #expect(written { $0.appendMsgDataAck(ack, sequence: sequence) } == expectedAck, "seed \(seed)")
        }
    }

    @Test func theViewReadsWhatTheGeneratedTypeReads() {
        let seed = UInt64.random(in: 0...(.max))
        print("theViewReadsWhatTheGeneratedTypeReads: seed \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            var body = IMMsgData.random(using: &random).encoded
            for _ in 0..<Int.random(in: 0...3, using: &random) { body.damage(using: &random) }
            #expect(Reading { () throws(ProtoError) in try IMMsgData(seenOf: body.rawBytes) }
                == Reading { () throws(ProtoError) in try IMMsgData(viewing: body.rawBytes) })
        }
    }

    @Test func anAbsentEnumIsRefused() {
        #expect(throws: ProtoError.missing(field: 5)) { try IMMsgData(viewing: [0x28, 0x03].rawBytes) }
        #expect(throws: ProtoError.missing(field: 5)) { try IMMsgData(viewing: [UInt8]().rawBytes) }
    }
}

/// What came out of reading: a message or an error, comparable.
private enum Reading: Equatable {
    case message(IMMsgData)
    case failure(ProtoError)

    init(_ read: () throws(ProtoError) -> IMMsgData) {
        do throws(ProtoError) {
            self = .message(try read())
        } catch {
            self = .failure(error)
        }
    }
}

extension IMMsgData {
    /// Without `attachData`, which is of no interest to the view; a damaged byte may become it.
    fileprivate init(seenOf body: RawSpan) throws(ProtoError) {
        try self.init(reading: body)
        attachData = nil
    }

    /// The fields that the view has.
    fileprivate init(viewing body: RawSpan) throws(ProtoError) {
        let view = try MessageDataView(body)
        self.init(
            fromUserID: view.fromUserID.rawValue, toSessionID: view.toSessionID, msgID: view.msgID.rawValue,
            createTime: view.createTime, msgType: view.type, msgData: view.data.copied(),
            clientMsgKey: view.clientKey?.copied())
    }

    fileprivate static func random(using random: inout SeededRandom) -> IMMsgData {
        func number() -> UInt32 {
            UInt32(truncatingIfNeeded: random.next() >> UInt64.random(in: 32..<64, using: &random))
        }
        func some(_ count: Int) -> [UInt8] { (0..<count).map { _ in .random(in: 0...255, using: &random) } }
        return IMMsgData(
            fromUserID: number(), toSessionID: number(), msgID: number(), createTime: number(),
            msgType: MsgType.allCases.randomElement(using: &random) ?? .singleText,
            msgData: some(.random(in: 0...300, using: &random)),
            clientMsgKey: Bool.random(using: &random) ? some(16) : nil)
    }
}

extension [UInt8] {
    /// Cuts, flips, repeats or inserts something.
    fileprivate mutating func damage(using random: inout SeededRandom) {
        guard let index = indices.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: removeSubrange(index...)
        case 1: self[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: self += self[index...]
        default: insert(.random(in: 0...255, using: &random), at: index)
        }
    }
}

extension ByteWriter {
    fileprivate mutating func appendMsgData(_ message: IMMsgData) {
        appendMsgData(
            from: UserID(message.fromUserID), to: message.toSessionID, id: MessageID(message.msgID),
            createTime: message.createTime, type: message.msgType, data: message.msgData.rawBytes,
            clientKey: message.clientMsgKey?.rawBytes)
    }

    fileprivate mutating func appendMsgDataAck(_ ack: IMMsgDataAck, sequence: UInt16) {
        appendMsgDataAck(
            sequence: sequence, user: UserID(ack.userID), sessionID: ack.sessionID, id: MessageID(ack.msgID),
            sessionType: ack.sessionType, clientKey: ack.clientMsgKey?.rawBytes)
    }
}
