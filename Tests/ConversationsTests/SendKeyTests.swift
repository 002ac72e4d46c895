import Conversations
import Primitives
import TalkProtocol
import Testing

@Suite struct SendKeyTests {
    private func derived(
        user: UInt32 = 1, device: DeviceClass = .pc, sequence: UInt16 = 2, time: UInt32 = 3, body: [UInt8] = [4]
    ) -> SendKey {
        var scratch = ByteWriter()
        return SendKey.derived(
            from: UserID(user), device, sequence: sequence, createTime: time, type: .singleText, data: body.rawBytes,
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

    @Test func chosenKeysOfTwoUsersDoNotMeet() {
        var scratch = ByteWriter()
        let key = [UInt8](repeating: 9, count: 16)
        let one = SendKey.chosen(key.rawBytes, by: UserID(1), &scratch)
        #expect(one == SendKey.chosen(key.rawBytes, by: UserID(1), &scratch))
        #expect(one != SendKey.chosen(key.rawBytes, by: UserID(2), &scratch))
    }
}
