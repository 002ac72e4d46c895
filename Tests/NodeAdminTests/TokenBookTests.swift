import Primitives
import Reactor
import Testing

@testable import NodeAdmin

/// Guessing costs the guesser, and nobody else.
struct TokenBookTests {
    private let now = Instant(nanoseconds: 1)

    private func find(_ digest: [UInt8]?, _ host: String, _ book: TokenBook<Int>) throws -> Int? {
        let peer = try #require(SocketAddress(numeric: host, port: 1))
        var found: Int?
        book.find(digest, from: peer, at: now, ask: { $1(.success($0 == [7] ? 7 : nil)) }) { finding in
            if case .known(let identity) = finding { found = identity }
        }
        return found
    }

    @Test("what can be no token takes no room from those who have one, from however many places it comes")
    func strangers() throws {
        let book = TokenBook<Int>()
        for site in 0..<2_000 {
            #expect(try find(nil, "10.1.\(site / 250).\(site % 250)", book) == nil)
        }
        #expect(book.failures == 2_000)
        #expect(try find([7], "10.2.0.1", book) == 7)
    }

    @Test("who guesses too much is not heard, and others are")
    func guesses() throws {
        let book = TokenBook<Int>()
        for _ in 0..<60 { #expect(try find(nil, "10.1.0.1", book) == nil) }
        #expect(try find([7], "10.1.0.1", book) == nil)
        #expect(try find([7], "10.1.0.2", book) == 7)
        // Known now, wherever it comes from.
        #expect(try find([7], "10.1.0.1", book) == 7)
    }
}
