import TalkProtocol
import Testing

@Suite struct IdentifierTests {
    @Test func aPairIsOneConversationForBoth() throws {
        let pair = try #require(ConversationID.pair(UserID(7), UserID(3)))
        #expect(pair == ConversationID.pair(UserID(3), UserID(7)))
        #expect(pair.rawValue == 3 << 32 | 7)
        #expect(pair.kind == .pair(UserID(3), UserID(7)))
        #expect(pair.peer(of: UserID(3)) == UserID(7))
        #expect(pair.peer(of: UserID(7)) == UserID(3))
        #expect(pair.peer(of: UserID(8)) == nil)
        #expect(ConversationID(rawValue: pair.rawValue) == pair)
    }

    @Test func aGroupHasNoPeer() {
        let group = ConversationID.group(GroupID(9))
        #expect(group.rawValue == 9)
        #expect(group.kind == .group(GroupID(9)))
        #expect(group.peer(of: UserID(9)) == nil)
        #expect(ConversationID(rawValue: 9) == group)
    }

    @Test(arguments: [(0, 1), (1, 1), (1, 1 << 31), (1 << 31, UInt32.max)] as [(UInt32, UInt32)])
    func noPair(_ one: UInt32, _ other: UInt32) {
        #expect(ConversationID.pair(UserID(one), UserID(other)) == nil)
    }

    @Test(arguments: [7 << 32 | 3, 3 << 32 | 3, 1 << 32, 1 << 63 | 5, 1 << 32 | 1 << 31] as [UInt64])
    func noConversation(_ rawValue: UInt64) {
        #expect(ConversationID(rawValue: rawValue) == nil)
    }

    @Test func requestsNameTheOtherSide() {
        let user = UserID(5)
        #expect(ConversationID(of: user, .single, session: 2) == .pair(UserID(2), user))
        #expect(ConversationID(of: user, .single, session: 5) == nil)
        #expect(ConversationID(of: user, .group, session: 5) == .group(GroupID(5)))
    }

    @Test func theLargestPairFitsASignedColumn() throws {
        let largest = UInt32(Int32.max)
        let pair = try #require(ConversationID.pair(UserID(largest), UserID(largest - 1)))
        #expect(Int64(exactly: pair.rawValue) != nil)
    }

    @Test func classesFollowTheHighBits() {
        #expect(ClientType.allCases.map(\.deviceClass) == [.pc, .pc, .mobile, .mobile])
        for one in ClientType.allCases {
            for other in ClientType.allCases {
                let sameClass = (one.rawValue ^ other.rawValue) >> 4 == 0
                #expect((one.deviceClass == other.deviceClass) == sameClass)
            }
        }
        #expect(MsgType.allCases.map(\.sessionType) == [.single, .single, .group, .group])
    }
}
