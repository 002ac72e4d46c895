import Primitives
import Protobuf
import TalkProtocol
import Testing

@testable import LoadBench

@Suite struct AckViewTests {
    @Test func theViewReadsWhatTheGeneratedTypeReads() {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededRandom(seed: seed)
        for _ in 0..<2_000 {
            let ack = IMMsgDataAck(
                userID: .random(in: 0...(.max), using: &random), sessionID: .random(in: 0...1_000, using: &random),
                msgID: .random(in: 0...(.max), using: &random),
                sessionType: Bool.random(using: &random) ? .single : .group,
                clientMsgKey: Bool.random(using: &random) ? [1, 2, 3] : nil)
            var writer = ByteWriter()
            ack.write(into: &writer)
            var bytes = writer.bytes.copied()
            if Bool.random(using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...(.max), using: &random)
            }
            let expected = try? IMMsgDataAck(reading: bytes.rawBytes)
            #expect(Self.viewed(bytes) == expected, "seed \(seed): \(bytes)")
        }
    }

    private static func viewed(_ bytes: [UInt8]) -> IMMsgDataAck? {
        guard let view = try? AckView(bytes.rawBytes) else { return nil }
        return IMMsgDataAck(
            userID: view.user.rawValue, sessionID: view.sessionID, msgID: view.id, sessionType: view.sessionType,
            clientMsgKey: view.clientKey?.copied())
    }
}
