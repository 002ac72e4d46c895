import Primitives
import TalkProtocol

/// What a session says of a call, for the loop of the cluster: the session, u8 kind, then what the kind has.
struct CallMail {
    enum Request {
        case call(CallTitle, ClientType, body: [UInt8])
        case answer(CallAnswer, caller: UserID, number: UInt64)
        case hangUp(number: UInt64)
    }

    let party: CallParty
    let request: Request

    func write(into writer: inout ByteWriter) {
        party.write(into: &writer)
        switch request {
        case .call(let title, let type, let body):
            writer.append(1)
            title.write(into: &writer)
            writer.append(UInt8(truncatingIfNeeded: type.rawValue))
            writer.append(body)
        case .answer(let answer, let caller, let number):
            writer.append(2)
            writer.append(bigEndian: caller.rawValue)
            writer.append(bigEndian: number)
            answer.write(into: &writer)
        case .hangUp(let number):
            writer.append(3)
            writer.append(bigEndian: number)
        }
    }
}

extension CallMail {
    init?(reading reader: inout ByteReader) {
        guard let party = CallParty(reading: &reader), let kind: UInt8 = reader.read() else { return nil }
        switch kind {
        case 1:
            guard let title = CallTitle(reading: &reader), let type = ClientType(reading: &reader) else { return nil }
            self.init(party: party, request: .call(title, type, body: reader.readRest().copied()))
        case 2:
            guard let caller = reader.read().map(UserID.init(_:)), let number: UInt64 = reader.read(),
                let answer = CallAnswer(reading: &reader)
            else { return nil }
            self.init(party: party, request: .answer(answer, caller: caller, number: number))
        case 3:
            guard let number: UInt64 = reader.read() else { return nil }
            self.init(party: party, request: .hangUp(number: number))
        default: return nil
        }
    }
}
