import Crypto
import Primitives
import TalkProtocol
import Testing

@testable import LoadBench

@Suite struct PayloadTests {
    private let payload = Payload(
        run: 0x0123_4567_89AB_CDEF, conversation: 7, sender: 1, ticket: 99, scheduled: Instant(nanoseconds: 12_345))

    private func body(_ byteCount: Int) -> [UInt8] {
        var writer = ByteWriter()
        payload.write(into: &writer, byteCount: byteCount)
        return writer.bytes.copied()
    }

    @Test(arguments: [Payload.minByteCount, 41, 128, 4_097, 20_000])
    func whatIsWrittenIsRead(byteCount: Int) {
        let body = body(byteCount)
        #expect(body.count == byteCount)
        #expect(Payload(body.rawBytes) == payload)
    }

    @Test func everyChangedByteShows() {
        let body = body(131)
        let unseen = (0..<body.count * 8).filter { bit in
            var changed = body
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            return Payload(changed.rawBytes) != nil
        }
        #expect(unseen == [])
    }

    @Test func cutAndExtendedBodiesShow() {
        let body = body(128)
        let unseen = (0..<128).filter { Payload(Array(body.prefix($0)).rawBytes) != nil }
        #expect(unseen == [])
        #expect(Payload((body + [0]).rawBytes) == nil)
    }

    @Test(arguments: [false, true]) func codecsGiveBackWhatTheyTook(asText: Bool) throws {
        let codec = try BodyCodec(byteCount: 128, asText: asText)
        let body = codec.encode(payload).writer.bytes.copied()
        #expect(codec.decode(body.rawBytes) == payload)
        #expect((body.count == 128) == !asText)
        var changed = body
        changed[70] ^= 1
        #expect(codec.decode(changed.rawBytes) == nil)
    }

    @Test func keysNameTheirSend() {
        let key = ClientKey(time: 0x0123_4567_89AB, run: 0xFFF, conversation: .max, ticket: 1 << 30 - 1)
        var writer = ByteWriter()
        key.write(into: &writer)
        let bytes = writer.bytes.copied()
        #expect(bytes == [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0x7F, 0xFF] + [0xBF] + [UInt8](repeating: 0xFF, count: 7))
        #expect(ClientKey(bytes.rawBytes) == key)
        #expect(ClientKey(Array(bytes.dropLast()).rawBytes) == nil)
        #expect(ClientKey([UInt8](repeating: 0x44, count: 16).rawBytes) == nil)
    }
}
