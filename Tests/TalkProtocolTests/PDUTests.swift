import Primitives
import TalkProtocol
import Testing

/// The examples of the protocol: heartbeat; a login; "hello" from 1 to 2; its acknowledgement.
private let heartbeat = "00000010000100000007070100010000"
private let login =
    "000000460001000000010103000100000a03626f621220653130616463333934396261353961626265353665303537663230"
    + "6638383365180120012a0977696e5f3130303836"
private let hello =
    "000000380001000000030301000200000801100218002080e2cfaa06280132186e6e5a5342776650437a363071363964646d"
    + "66494a413d3d"
private let ack = "000000180001000000030302000200000801100218072001"

@Suite struct PDUTests {
    @Test func examplesAreWritten() throws {
        let packets = [
            written { $0.append(.heartBeat, sequence: 1, IMHeartBeat()) },
            written {
                let password = "e10adc3949ba59abbe56e057f20f883e"
                let request = IMLoginReq(
                    userName: "bob", password: password, onlineStatus: .online, clientType: .windows,
                    clientVersion: "win_10086")
                $0.append(.loginReq, sequence: 1, request)
            },
            written {
                let message = IMMsgData(
                    fromUserID: 1, toSessionID: 2, createTime: 1_700_000_000, msgType: .singleText,
                    msgData: [UInt8]("nnZSBwfPCz60q69ddmfIJA==".utf8))
                $0.append(.msgData, sequence: 2, message)
            },
            written {
                let message = IMMsgDataAck(userID: 1, sessionID: 2, msgID: 7, sessionType: .single)
                $0.append(.msgDataAck, sequence: 2, message)
            },
        ]
        #expect(try packets == [heartbeat, login, hello, ack].map { try bytes($0) })
    }

    @Test func examplesAreRead() throws {
        let examples: [(String, Command)] = [
            (heartbeat, .heartBeat), (login, .loginReq), (hello, .msgData), (ack, .msgDataAck),
        ]
        for (hex, command) in examples {
            let packet = try bytes(hex)
            guard let header = PDUHeader(packet.rawBytes) else {
                Issue.record("\(command) not read")
                continue
            }
            #expect(header.length == packet.count)
            #expect(header.version == 1)
            #expect(header.flag == 0)
            #expect(header.reserved == 0)
            #expect(Command(service: header.service, command: header.command) == command)
            #expect(written { header.write(into: &$0) } == Array(packet.prefix(16)))
        }
    }

    /// Whatever clients write into the fields that mean nothing, it is kept and not judged.
    @Test func unusedFieldsAreNotJudged() throws {
        let packet = try bytes("00000010000d7fff0007070100030030")
        let step = PDUFramer.next(in: packet.rawBytes, limit: 16)
        guard case .pdu(let header, let body) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(header.version == 13)
        #expect(header.flag == 0x7FFF)
        #expect(header.sequence == 3)
        #expect(header.reserved == 0x30)
        #expect(body.isEmpty)
    }

    /// B02, B03, B04: known from four bytes.
    @Test(arguments: [
        ("00000000", .tooShort(length: 0)), ("00000001", .tooShort(length: 1)), ("0000000f", .tooShort(length: 15)),
        ("00001001", .tooLong(length: 4097, limit: 4096)), ("7fffffff", .tooLong(length: 0x7FFF_FFFF, limit: 4096)),
        ("ffffffff", .tooLong(length: 0xFFFF_FFFF, limit: 4096)),
        ("47455420", .tooLong(length: 0x4745_5420, limit: 4096)),
    ] as [(String, PDUFramer.Reason)])
    func impossibleLengths(_ hex: String, _ reason: PDUFramer.Reason) throws {
        for tail in [0, 12, 5000] {
            let input = try bytes(hex) + [UInt8](repeating: 0, count: tail)
            #expect(PDUFramer.next(in: input.rawBytes, limit: 4096) == .invalid(reason))
        }
    }

    /// B01, B05: every cut of a packet asks for more, and says how much once it is known.
    @Test func cutsAskForMore() throws {
        let packet = try bytes(login)
        for length in 0..<packet.count {
            let step = PDUFramer.next(in: [UInt8](packet.prefix(length)).rawBytes, limit: 4096)
            #expect(step == .needMore(total: length < 4 ? nil : packet.count))
        }
        let longest = try bytes("00001000")
        #expect(PDUFramer.next(in: longest.rawBytes, limit: 4096) == .needMore(total: 4096))
    }

    /// B10, B11: packets are found the same way however the stream is cut, and garbage ends it.
    @Test func streamsAreCutIntoPackets() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededRandom(seed: seed)
        let packets = try [heartbeat, login, hello, ack].map { try bytes($0) }
        for _ in 0..<200 {
            let sent = (0..<20).map { _ in packets[Int.random(in: 0..<4, using: &random)] }
            var stream = Array(sent.joined()) + [0, 0, 0, 3]
            var unread: [UInt8] = []
            var found: [[UInt8]] = []
            var step = PDUFramer.Step.needMore(total: nil)
            while !stream.isEmpty {
                let segment = min(stream.count, Int.random(in: 1...60, using: &random))
                unread += stream.prefix(segment)
                stream.removeFirst(segment)
                step = PDUFramer.next(in: unread.rawBytes, limit: 4096)
                while case .pdu(_, let body) = step {
                    found.append(Array(unread.prefix(body.upperBound)))
                    unread.removeFirst(body.upperBound)
                    step = PDUFramer.next(in: unread.rawBytes, limit: 4096)
                }
            }
            #expect(found == sent, "seed \(seed)")
            #expect(step == .invalid(.tooShort(length: 3)), "seed \(seed)")
        }
    }
}
