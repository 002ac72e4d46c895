import Crypto
import Primitives
import Reactor
import Testing

@testable import talkctl

/// Messages of STUN against the vectors of RFC 5769, and against anything else.
@Suite struct STUNMessageTests {
    private static let transaction = "2112a442b7e7a701bc34d686fa87dfae"
    private static let request = "00010058\(transaction)"
        + "802200105354554e207465737420636c69656e74" + "002400046e0001ff" + "80290008932ff9b151263b36"
        + "000600096576746a3a68367659202020" + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2" + "80280004e57a3bcf"
    private static let responseV4 = "0101003c\(transaction)"
        + "8022000b7465737420766563746f7220" + "002000080001a147e112a643"
        + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7" + "80280004c07d4c96"
    private static let responseV6 = "01010048\(transaction)"
        + "8022000b7465737420766563746f7220" + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
        + "00080014a382954e4be67bf11784c97c8292c275bfe3ed41" + "80280004c8fb0b4c"
    private static let longTerm = "000100602112a44278ad3433c6ad72c029da412e"
        + "00060012e3839ee38388e383aae38383e382afe382b90000"
        + "0015001c662f2f3439396b39353464364f4c33346f4c394653547679363473410014000b6578616d706c652e6f726700"
        + "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666"
    private static let shortKey = [UInt8]("VOkJxbRl1RmTxUk/WvJxBt".utf8)

    private func message(_ hex: String) throws -> STUNMessage {
        let bytes = try #require(Hex.decode(hex))
        let found = STUNMessage(bytes.rawBytes)
        return try #require(found)
    }

    @Test("RFC 5769, 2.1 to 2.3: signatures, addresses and padding of any value")
    func shortTerm() throws {
        for hex in [Self.request, Self.responseV4, Self.responseV6] {
            let message = try message(hex)
            #expect(message.isSigned(with: Self.shortKey))
            #expect(!message.isSigned(with: [UInt8]("another".utf8)))
        }
        let request = try message(Self.request)
        #expect(request.kind == .request && request.method == .binding && request.text(.username) == "evtj:h6vY")
        let four = SocketAddress(numeric: "192.0.2.1", port: 32853)
        #expect(try message(Self.responseV4).address(.xorMappedAddress) == four)
        let six = SocketAddress(numeric: "2001:db8:1234:5678:11:2233:4455:6677", port: 32853)
        #expect(try message(Self.responseV6).address(.xorMappedAddress) == six)
    }

    @Test("RFC 5769, 2.4: a request with long-term credentials, read and written")
    func longTerm() throws {
        let name = "\u{30DE}\u{30C8}\u{30EA}\u{30C3}\u{30AF}\u{30B9}"
        let key = try #require(STUNMessage.key(username: name, realm: "example.org", password: "TheMatrIX"))
        let read = try message(Self.longTerm)
        #expect(read.isSigned(with: key) && read.text(.username) == name && read.text(.realm) == "example.org")
        var written = STUNMessage(.request, .binding, transaction: read.transaction)
        written.add(.username, name)
        written.add(.nonce, "f//499k954d6OL34oL9FSTvy64sA")
        written.add(.realm, "example.org")
        #expect(written.bytes(signedWith: key).map { Hex.encode($0.rawBytes) } == Self.longTerm)
        #expect(read == written)
    }

    @Test func addressesComeBackAsTheyWereWritten() throws {
        var random = SeededRandom(seed: 11)
        for _ in 0..<200 {
            let host: SocketAddress.Host =
                random.next() & 1 == 0
                ? .v4(UInt32(truncatingIfNeeded: random.next())) : .v6(high: random.next(), low: random.next())
            let address = SocketAddress(host: host, port: UInt16(truncatingIfNeeded: random.next()))
            let transaction = (0..<12).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var message = STUNMessage(.indication, .send, transaction: transaction)
            message.add(.xorPeerAddress, address)
            let bytes = try #require(message.bytes())
            #expect(STUNMessage(bytes.rawBytes)?.address(.xorPeerAddress) == address)
        }
    }

    @Test("what is no message is none, wherever it was broken, and whoever changes one cannot sign it")
    func broken() throws {
        let whole = try #require(Hex.decode(Self.responseV6))
        for count in 0..<whole.count { #expect(STUNMessage([UInt8](whole.prefix(count)).rawBytes) == nil) }
        #expect(STUNMessage((whole + [0, 0, 0, 0]).rawBytes) == nil)
        var random = SeededRandom(seed: 12)
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0...Int(random.next() % 3) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            guard let found = STUNMessage(bytes.rawBytes) else { continue }
            _ = (found.errorCode, found.address(.xorMappedAddress), found.text(.realm))
            // Only what stands behind the signature may differ.
            #expect(!found.isSigned(with: Self.shortKey) || bytes.prefix(64 + 4) == whole.prefix(64 + 4))
        }
    }

    @Test("a message of many empty attributes is none")
    func bounded() throws {
        var message = STUNMessage(.request, .binding, transaction: [UInt8](repeating: 1, count: 12))
        for _ in 0..<33 { message.add(.nonce, "") }
        let bytes = try #require(message.bytes())
        #expect(STUNMessage(bytes.rawBytes) == nil)
    }
}
