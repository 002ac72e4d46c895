import Primitives
import Reactor
import Testing

@testable import talkctl

/// The probe at a TURN server that is played, which does what no real one can be made to do.
@Suite struct RelayProbeTests {
    private let place = SocketAddress(numeric: "192.0.2.7", port: 50_000) ?? .loopback(port: 1)
    private let pass = RelayProbe.Pass(username: "9:doctor", password: "one")

    private func probe() -> RelayProbe {
        RelayProbe(pass, SeededRandom(seed: 3))
    }

    private func said(_ step: RelayProbe.Step?) throws -> STUNMessage {
        guard case .say(let bytes) = step else { throw Unexpected(step: "\(String(describing: step))") }
        let message = STUNMessage(bytes.rawBytes)
        return try #require(message)
    }

    private struct Unexpected: Error {
        let step: String
    }

    private func hear(_ bytes: [UInt8]?, _ probe: inout RelayProbe) throws -> RelayProbe.Step? {
        let bytes = try #require(bytes)
        return probe.received(bytes.rawBytes)
    }

    private func finding(_ step: RelayProbe.Step?) -> RelayProbe.Finding? {
        if case .done(let finding, _) = step { finding } else { nil }
    }

    private func answer(
        _ request: STUNMessage, _ kind: STUNMessage.Kind, code: Int? = nil, key: [UInt8]? = nil,
        _ fill: (inout STUNMessage) -> Void = { _ in }
    ) -> [UInt8] {
        var message = STUNMessage(kind, request.method, transaction: request.transaction)
        if let code { message.add(.errorCode, [0, 0, UInt8(code / 100), UInt8(code % 100)] + [UInt8]("No".utf8)) }
        fill(&message)
        return message.bytes(signedWith: key) ?? []
    }

    private func challenge(_ request: STUNMessage, code: Int = 401, nonce: String = "n1") -> [UInt8] {
        answer(request, .failure, code: code) {
            $0.add(.realm, "test")
            $0.add(.nonce, nonce)
        }
    }

    private func key(_ pass: RelayProbe.Pass) -> [UInt8]? {
        STUNMessage.key(username: pass.username, realm: "test", password: pass.password)
    }

    /// The request that has the password.
    private func opened(_ probe: inout RelayProbe) throws -> STUNMessage {
        let first = try said(probe.begin())
        return try said(hear(challenge(first), &probe))
    }

    /// A probe that has a place, and the request for a permission that it has said.
    private func placed(_ probe: inout RelayProbe) throws -> STUNMessage {
        let first = try said(probe.begin())
        #expect(first.method == .allocate && first[.username] == nil)
        let second = try said(hear(challenge(first), &probe))
        #expect(second.text(.username) == pass.username && second.text(.nonce) == "n1")
        let key = try #require(self.key(pass))
        #expect(second.isSigned(with: key))
        let given = answer(second, .success, key: key) { $0.add(.xorRelayedAddress, place) }
        return try said(hear(given, &probe))
    }

    @Test func itSendsThroughItsPlaceToItselfAndGivesItBack() throws {
        var probe = probe()
        let permission = try placed(&probe)
        #expect(permission.method == .createPermission && permission.address(.xorPeerAddress) == place)
        let sent = try said(hear(answer(permission, .success), &probe))
        #expect(sent.kind == .indication && sent.method == .send && sent.address(.xorPeerAddress) == place)
        var back = STUNMessage(.indication, .data, transaction: [UInt8](repeating: 9, count: 12))
        back.add(.xorPeerAddress, place)
        back.add(.data, "something else")
        #expect(try hear(back.bytes(), &probe) == nil)
        back = STUNMessage(.indication, .data, transaction: [UInt8](repeating: 9, count: 12))
        back.add(.xorPeerAddress, place)
        back.add(.data, sent[.data] ?? [])
        guard case .done(.works(place), let goodbye) = try hear(back.bytes(), &probe) else {
            throw Unexpected(step: "it does not work")
        }
        let last = STUNMessage(goodbye.rawBytes)
        #expect(last?.method == .refresh && last?[.lifetime] == [0, 0, 0, 0])
    }

    @Test func whoDoesNotHaveTheSecretIsNotBelieved() throws {
        var probe = probe()
        let request = try opened(&probe)
        let forged = answer(request, .success, key: [1, 2, 3]) { $0.add(.xorRelayedAddress, place) }
        #expect(try finding(hear(forged, &probe)) == .strange)
        // Of another question.
        var other = self.probe()
        _ = other.begin()
        #expect(try hear(challenge(request), &other) == nil)
    }

    @Test func aNonceMayBeStaleAFewTimes() throws {
        var probe = probe()
        var request = try opened(&probe)
        for round in 1...3 {
            request = try said(hear(challenge(request, code: 438, nonce: "stale\(round)"), &probe))
            #expect(request.text(.nonce) == "stale\(round)")
        }
        #expect(try finding(hear(challenge(request, code: 438), &probe)) == .refused(438, "No"))
    }

    @Test(
        "what is refused, and why",
        arguments: [
            (401, RelayProbe.Finding.wrongPassword), (508, .hasNoPlace), (486, .hasNoPlace), (442, .refused(442, "No")),
        ])
    func refused(code: Int, expected: RelayProbe.Finding) throws {
        var probe = probe()
        let request = try opened(&probe)
        #expect(try finding(hear(answer(request, .failure, code: code), &probe)) == expected)
    }

    @Test func silence() throws {
        var probe = probe()
        _ = probe.begin()
        #expect(probe.gaveUp() == nil)
        var mute = self.probe()
        _ = try placed(&mute)
        #expect(finding(mute.gaveUp()) == .isMute(place))
    }
}
