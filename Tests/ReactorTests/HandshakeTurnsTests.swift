import Testing

@testable import Reactor

/// The order of handshakes, with numbers for connections.
@Suite struct HandshakeTurnsTests {
    private func order(_ turns: HandshakeTurns<Int>) -> [Int] {
        var turns = turns
        return (0..<turns.count).compactMap { _ in turns.next() }
    }

    @Test func whatWasBegunIsFinishedFirst() {
        var turns = HandshakeTurns<Int>()
        #expect(turns.isEmpty && turns.next() == nil)
        for connection in 1...3 { #expect(turns.wait(connection, hasBegun: false) == nil) }
        for connection in 4...5 { #expect(turns.wait(connection, hasBegun: true) == nil) }
        #expect(turns.count == 5)
        #expect(order(turns) == [4, 5, 3, 2, 1])
    }

    @Test("of too many who begin, the one who has waited for longest gives way; who has begun does not")
    func bound() {
        var turns = HandshakeTurns<Int>()
        let most = HandshakeTurns<Int>.maxBeginning
        for connection in 0..<most { #expect(turns.wait(connection, hasBegun: false) == nil) }
        #expect(turns.wait(-1, hasBegun: true) == nil)
        #expect(turns.wait(most, hasBegun: false) == 0)
        #expect(turns.count == most + 1)
        #expect(Array(order(turns).prefix(3)) == [-1, most, most - 1])
    }

    @Test("in a storm of three times what can be served, who is served has waited for less than a second")
    func storm() {
        // Per second: 3,000 connections begin, 1,000 steps are done, each handshake needs two.
        var turns = HandshakeTurns<Int>()
        var waits: [Int] = []
        var hasBegun: Set<Int> = []
        for millisecond in 0..<20_000 {
            for index in 0..<3 { _ = turns.wait(millisecond * 3 + index, hasBegun: false) }
            guard let connection = turns.next() else { continue }
            if hasBegun.remove(connection) != nil {
                waits.append(millisecond - connection / 3)
            } else {
                hasBegun.insert(connection)
                _ = turns.wait(connection, hasBegun: true)
            }
        }
        #expect(waits.count > 9_000, "\(waits.count) are in after 20 s")
        #expect(waits.allSatisfy { $0 < 1_000 }, "\(waits.max() ?? 0) ms")
    }
}
