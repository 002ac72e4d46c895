import Conversations
import Primitives
import TalkProtocol
import Testing

@Suite struct SendKeyTests {
    private func derived(
        user: UInt32 = 1, device: DeviceClass = .pc, login: Int64 = 9, sequence: UInt16 = 2, time: UInt32 = 3,
        body: [UInt8] = [4]
    ) -> SendKey {
        var scratch = ByteWriter()
        return SendKey.derived(
            from: UserID(user), device, login: login, sequence: sequence, createTime: time, type: .singleText,
            data: body.rawBytes,
            &scratch)
    }

    @Test func aResendOfAStockClientHasTheSameKeyAndNothingElseHas() {
        let first = derived()
        #expect(derived() == first)
        let others = [
            derived(user: 2), derived(device: .mobile), derived(sequence: 3), derived(time: 4), derived(body: [5]),
        ]
        #expect(Set(others + [first]).count == 6)
    }

    @Test func withoutATimeOnlyTheLoginTellsTwoSendsApart() {
        #expect(derived(login: 1) == derived(login: 2))
        #expect(derived(login: 1, time: 0) != derived(login: 2, time: 0))
        #expect(derived(login: 1, time: 0) == derived(login: 1, time: 0))
    }

    @Test("the time of a chosen key of RFC 9562, version 7, stands in front; other keys have none")
    func time() {
        // The example of RFC 9562, A.6.
        let key: [UInt8] = [
            0x01, 0x7F, 0x22, 0xE2, 0x79, 0xB0, 0x7C, 0xC3, 0x98, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F,
        ]
        var scratch = ByteWriter()
        let chosen = SendKey.chosen(key.rawBytes, by: UserID(1), &scratch)
        #expect(chosen.time == 0x017F_22E2_79B0)
        var timed = ByteWriter(), plain = ByteWriter()
        chosen.writeTimed(into: &timed)
        chosen.write(into: &plain)
        #expect(timed.bytes.copied() == key.prefix(6) + plain.bytes.copied())
        var (version, variant) = (key, key)
        version[6] = 0x4C
        variant[8] = 0xD8
        #expect(SendKey.chosen(version.rawBytes, by: UserID(1), &scratch).time == nil)
        #expect(SendKey.chosen(variant.rawBytes, by: UserID(1), &scratch).time == nil)
        #expect(derived().time == nil)
    }

    @Test func chosenKeysOfTwoUsersDoNotMeet() {
        var scratch = ByteWriter()
        let key = [UInt8](repeating: 9, count: 16)
        let one = SendKey.chosen(key.rawBytes, by: UserID(1), &scratch)
        #expect(one == SendKey.chosen(key.rawBytes, by: UserID(1), &scratch))
        #expect(one != SendKey.chosen(key.rawBytes, by: UserID(2), &scratch))
    }
}
