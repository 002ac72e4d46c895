import Primitives
import Protobuf
import TalkProtocol
import Testing

@Suite struct GoldenTests {
    @Test func everyCommandHasAGolden() {
        #expect(Golden.all.map(\.command) == Command.allCases)
    }

    @Test(arguments: Golden.all)
    func encodesAsProtocDoes(_ golden: Golden) throws {
        for (message, hex) in [(golden.full, golden.fullHex), (golden.bare, golden.bareHex)] {
            #expect(try message.encoded == bytes(hex))
            #expect(try message.byteCount == bytes(hex).count)
        }
    }

    @Test(arguments: Golden.all)
    func decodesWhatProtocEncodes(_ golden: Golden) throws {
        for (message, hex) in [(golden.full, golden.fullHex), (golden.bare, golden.bareHex)] {
            let copy = try type(of: message).init(reading: bytes(hex))
            #expect(message.isEqual(to: copy))
        }
    }

    /// B37: clients built on proto3 leave out what is zero; only enums and messages can be missing.
    @Test(arguments: Golden.all)
    func absentZerosAreRead(_ golden: Golden) throws {
        do {
            let copy = try type(of: golden.bare).init(reading: [])
            #expect(golden.bare.isEqual(to: copy))
        } catch let error as ProtoError {
            guard case .missing = error else {
                Issue.record(error)
                return
            }
        }
    }

    /// B40: cut anywhere, it is an error or a shorter message.
    @Test(arguments: Golden.all)
    func truncationsAreSurvived(_ golden: Golden) throws {
        let whole = try bytes(golden.fullHex)
        for length in whole.indices { survive(Array(whole.prefix(length)), as: golden.full) }
    }

    /// B40: the same for every single flipped bit.
    @Test(arguments: Golden.all)
    func bitFlipsAreSurvived(_ golden: Golden) throws {
        let whole = try bytes(golden.fullHex)
        for index in whole.indices {
            for bit in 0..<8 {
                var flipped = whole
                flipped[index] ^= 1 << bit
                survive(flipped, as: golden.full)
            }
        }
    }

    /// B35: a field nobody knows, in front and behind, changes nothing.
    @Test(arguments: Golden.all)
    func unknownFieldsAreDropped(_ golden: Golden) throws {
        let unknown = try bytes("a03f01" + "a13f0102030405060708" + "a23f03616263" + "a33f0801a43f" + "a53f01020304")
        let copy = try type(of: golden.full).init(reading: unknown + bytes(golden.fullHex) + unknown)
        #expect(golden.full.isEqual(to: copy))
    }

    /// Either an error, or a message that comes back from its own encoding.
    private func survive(_ damaged: [UInt8], as message: any ProtoMessage) {
        guard let read = try? type(of: message).init(reading: damaged) else { return }
        let again = try? type(of: message).init(reading: read.encoded)
        #expect(again.map { read.isEqual(to: $0) } == true)
    }
}

extension ProtoMessage {
    fileprivate init(reading bytes: [UInt8]) throws {
        try self.init(reading: bytes.rawBytes)
    }

    fileprivate func isEqual(to other: any ProtoMessage) -> Bool {
        other as? Self == self
    }
}
