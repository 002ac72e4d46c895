import SocketKit
import TalkProtocol
import Testing
import WireKit

/// F30: the same user and class on two nodes in the same moment.
///
/// There is no kick that could get lost: what ends the lesser session is the presence entry of the other one, which
/// every node has to learn anyway.
@Suite(.timeLimit(.minutes(5))) struct TwinLoginTests {
    private static let users = 20
    private static let rounds = 50

    @Test func oneOfTwoLoginsOfAMomentSurvives() async throws {
        let cluster = try TestCluster(2, ["limits.newcomers_per_address": "1000"])
        var wins = [0, 0]
        for round in 1...Self.rounds {
            // Others each time: who is displaced again and again is held up.
            for number in 1...Self.users { try cluster.addUsers("twin\(round)-\(number)") }
            let survivors = try await withThrowingTaskGroup(of: (Int, TalkClient).self) { group in
                for number in 1...Self.users {
                    group.addTask { try await Self.logInTwice("twin\(round)-\(number)", cluster) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            // By now all that the two nodes have to say to each other was said.
            for (node, survivor) in survivors {
                #expect(try await survivor.settle().allSatisfy { $0.command != .kickUser })
                wins[node] += 1
            }
        }
        #expect(wins[0] + wins[1] == Self.users * Self.rounds)
        #expect(wins.allSatisfy { $0 > 0 }, "\(wins): it was no race")
    }

    /// Returns the client that is left, and its node.
    private static func logInTwice(_ name: String, _ cluster: TestCluster) async throws -> (Int, TalkClient) {
        async let left = TalkClient.connect(to: cluster[0])
        async let right = TalkClient.connect(to: cluster[1])
        let clients = try await [left, right]
        async let one = clients[0].logIn(name)
        async let other = clients[1].logIn(name)
        let answers = try await [one, other]
        #expect(answers.allSatisfy { $0.resultCode == .success })
        while true {
            for node in 0...1 {
                do {
                    _ = try await clients[node].expect(.kickUser, within: .milliseconds(20))
                    return (1 - node, clients[1 - node])
                } catch StreamProbe.Failure.timedOut {
                    continue
                }
            }
        }
    }
}
