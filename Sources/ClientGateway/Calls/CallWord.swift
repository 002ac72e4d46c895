public import Primitives
public import TalkProtocol

/// What call desks say to each other. The owner of a call is the node that its caller is on; a leg is a device of the
/// callee.
public enum CallWord: Equatable, Sendable {
    // MARK: Of the owner

    /// Lets all devices of the callee on that node ring.
    case ring(CallTitle, ClientType, body: [UInt8])
    /// This device has it; each other one stops ringing.
    case connected(CallParty)
    /// It is over for whoever has it. Said again to whoever speaks of a call that is not there.
    case over
    /// The owner is there, and has the call.
    case here

    // MARK: Of a leg

    /// The device has it, ringing or talking. Said again and again.
    case alive(CallParty)
    case answered(CallParty, CallAnswer)
    /// A device of the callee has another call.
    case busy
    /// The device has hung up, or its session has ended.
    case left(CallParty)
}

extension CallWord {
    /// Said again and again, so one may be lost.
    public var isBeat: Bool {
        switch self {
        case .here, .alive: true
        case .ring, .connected, .over, .answered, .busy, .left: false
        }
    }
}

/// On the bus: the name of the call, u8 kind, then what the kind has.
extension CallWord {
    private enum Kind: UInt8 {
        case ring = 1
        case connected, over, here, alive, answered, busy, left
    }

    public func write(of call: CallName, into writer: inout ByteWriter) {
        call.write(into: &writer)
        switch self {
        case .ring(let title, let type, let body):
            writer.append(Kind.ring.rawValue)
            title.write(into: &writer)
            writer.append(UInt8(truncatingIfNeeded: type.rawValue))
            writer.append(body)
        case .connected(let party): Self.write(.connected, party, into: &writer)
        case .over: writer.append(Kind.over.rawValue)
        case .here: writer.append(Kind.here.rawValue)
        case .alive(let party): Self.write(.alive, party, into: &writer)
        case .answered(let party, let answer):
            Self.write(.answered, party, into: &writer)
            answer.write(into: &writer)
        case .busy: writer.append(Kind.busy.rawValue)
        case .left(let party): Self.write(.left, party, into: &writer)
        }
    }

    private static func write(_ kind: Kind, _ party: CallParty, into writer: inout ByteWriter) {
        writer.append(kind.rawValue)
        party.write(into: &writer)
    }

    /// `nil` if the bytes are no word.
    public static func read(_ reader: inout ByteReader) -> (CallName, CallWord)? {
        guard let call = CallName(reading: &reader), let kind = reader.read().flatMap(Kind.init(rawValue:)) else {
            return nil
        }
        let word: CallWord? =
            switch kind {
            case .ring: readRing(&reader)
            case .connected: CallParty(reading: &reader).map { .connected($0) }
            case .over: .over
            case .here: .here
            case .alive: CallParty(reading: &reader).map { .alive($0) }
            case .answered: readAnswer(&reader)
            case .busy: .busy
            case .left: CallParty(reading: &reader).map { .left($0) }
            }
        return word.map { (call, $0) }
    }

    private static func readRing(_ reader: inout ByteReader) -> CallWord? {
        guard let title = CallTitle(reading: &reader), let type = ClientType(reading: &reader) else { return nil }
        return .ring(title, type, body: reader.readRest().copied())
    }

    private static func readAnswer(_ reader: inout ByteReader) -> CallWord? {
        guard let party = CallParty(reading: &reader), let answer = CallAnswer(reading: &reader) else { return nil }
        return .answered(party, answer)
    }
}
