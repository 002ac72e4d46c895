import Primitives
import TalkProtocol
import Testing

@testable import Presence

/// One segment against the simplest thing that does the same. All users share the segment, so that probes run into
/// each other and over the end.
@Suite struct SegmentTests {
    private struct Key: Hashable {
        let user: UInt32
        let identity: UInt64
    }

    private static func word(_ user: UInt32, _ random: inout SeededRandom) -> UInt64 {
        let type = ClientType.allCases[Int.random(in: 0..<4, using: &random)]
        let content = SessionContent(type, .online, LoginEpoch(rawValue: .random(in: 0...9, using: &random)))
        return OriginSlot(rawValue: .random(in: 0...5, using: &random)).word(content)
    }

    private static func difference(_ segment: borrowing Segment, _ model: [Key: UInt64]) -> String? {
        var seen: [Key: UInt64] = [:]
        segment.forEach { seen[Key(user: $0, identity: $1 & Segment.identityMask)] = $1 }
        if seen != model { return "all: \(seen.count) entries, not \(model.count)" }
        if Int(segment.count) != model.count { return "counts \(segment.count), not \(model.count)" }
        for (user, words) in Dictionary(grouping: model.keys, by: \.user).mapValues({ $0.map { model[$0] ?? 0 } }) {
            var found: [UInt64] = []
            segment.forEachWord(of: user, UserHash(user)) { found.append($0) }
            if found.sorted() != words.sorted() { return "user \(user): \(found), not \(words)" }
        }
        return nil
    }

    /// Probes must start all over the segment: with one start for all, everything still works, and slowly.
    @Test func probesAreSpread() {
        var segment = Segment()
        for user in 1...UInt32(4_000) { _ = segment.upsert(user, UserHash(user), OriginSlot.own.word(Self.anyContent)) }
        let blocks = Set((1...UInt32(4_000)).map { segment.home(UserHash($0)) }).count
        let all = segment.capacity / 5
        #expect(blocks > all * 9 / 10, "\(blocks) of \(all) blocks are the start of a probe")
    }

    private static let anyContent = SessionContent(.ios, .online, LoginEpoch(rawValue: 1))

    @Test(arguments: 0..<UInt64(20)) func doesWhatADictionaryDoes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var segment = Segment()
        var model: [Key: UInt64] = [:]
        for phase in 0..<6 {
            // Grows, stays, shrinks, and again.
            let removals = [1, 5, 9][phase % 3]
            for _ in 0..<600 {
                let user = UInt32.random(in: 1...200, using: &random)
                let word = Self.word(user, &random)
                let key = Key(user: user, identity: word & Segment.identityMask)
                let isRemoval = Int.random(in: 0..<10, using: &random) < removals
                let previous = isRemoval
                    ? segment.remove(user, UserHash(user), word) : segment.upsert(user, UserHash(user), word)
                #expect(previous == model[key], "seed \(seed)")
                model[key] = isRemoval ? nil : word
                let capacity = segment.capacity
                let isDense = capacity <= 20 || (model.count + 6) * 25 >= capacity * 17
                #expect(isDense && model.count * 20 <= capacity * 17, "seed \(seed): \(model.count) in \(capacity)")
            }
            let difference = Self.difference(segment, model)
            #expect(difference == nil, "seed \(seed), phase \(phase)")
        }
        let swept = UInt64.random(in: 0...5, using: &random)
        segment.removeAll { $0 >> 40 & 0xfff == swept }
        model = model.filter { $0.value >> 40 & 0xfff != swept }
        let difference = Self.difference(segment, model)
        #expect(difference == nil, "seed \(seed), after a sweep")
    }
}
