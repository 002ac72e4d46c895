import Conversations
import Primitives
import TalkProtocol
import Testing

@Suite struct SendKeyTests {
    private func derived(
        user: UInt32 = 1, device: DeviceClass = .pc, login: Int64 = 9, loginTime: UInt32 = 8, sequence: UInt16 = 2,
        time: UInt32 = 3, body: [UInt8] = [4], since: UInt64 = 0
    ) -> SendKey {
        var scratch = ByteWriter()
        return SendKey.derived(
            from: UserID(user), device, login: login, at: loginTime, sequence: sequence, createTime: time,
            type: .singleText, data: body.rawBytes, rising: since, &scratch)
    }

    private func chosen(_ key: [UInt8], user: UInt32 = 1, since: UInt64 = 0) -> SendKey {
        var scratch = ByteWriter()
        return SendKey.chosen(key.rawBytes, by: UserID(user), rising: since, &scratch)
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

    @Test("a derived key begins with the time of the send, or of the login where clients give none")
    func timeOfDerived() {
        #expect(derived(time: 3).high >> 16 == 3000)
        #expect(derived(time: 0).high >> 16 == 8000)
        #expect(derived(time: .max).high >> 16 == UInt64(UInt32.max) * 1000)
        // What was sent before stays as it was.
        #expect(derived(time: 3, since: 3001).high >> 16 != 3000)
        #expect(derived(time: 3, since: 3000) == derived(time: 3))
        #expect(derived(time: 3, since: 3001).low == derived(time: 3).low)
    }

    @Test("a chosen key begins with the time of RFC 9562, version 7; other keys have none")
    func timeOfChosen() {
        // The example of RFC 9562, A.6.
        let key: [UInt8] = [
            0x01, 0x7F, 0x22, 0xE2, 0x79, 0xB0, 0x7C, 0xC3, 0x98, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F,
        ]
        let time: UInt64 = 0x017F_22E2_79B0
        #expect(chosen(key).high >> 16 == time)
        #expect(chosen(key, since: time) == chosen(key))
        #expect(chosen(key, since: time + 1).high >> 16 != time)
        var (version, variant) = (key, key)
        version[6] = 0x4C
        variant[8] = 0xD8
        for other in [version, variant] { #expect(chosen(other).high >> 16 != time) }
    }

    @Test func chosenKeysOfTwoUsersDoNotMeet() {
        let key = [UInt8](repeating: 9, count: 16)
        #expect(chosen(key) == chosen(key))
        #expect(chosen(key) != chosen(key, user: 2))
    }
}
