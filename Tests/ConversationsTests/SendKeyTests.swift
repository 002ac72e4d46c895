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

    @Test func chosenKeysOfTwoUsersDoNotMeet() {
        var scratch = ByteWriter()
        let key = [UInt8](repeating: 9, count: 16)
        let one = SendKey.chosen(key.rawBytes, by: UserID(1), &scratch)
        #expect(one == SendKey.chosen(key.rawBytes, by: UserID(1), &scratch))
        #expect(one != SendKey.chosen(key.rawBytes, by: UserID(2), &scratch))
    }
}
