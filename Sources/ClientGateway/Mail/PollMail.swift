import LongPoll
import Primitives
public import Reactor

/// What the ports for HTTP requests of a node say to each other.
enum PollMail: UInt8, CaseIterable {
    /// A request for a session of another loop: `AskedMail`.
    case asked = 48
    /// What it is answered: `AnsweredMail`.
    case answered
}

extension EventLoop {
    func post(_ mail: PollMail, to loop: Int, _ write: (inout ByteWriter) -> Void) {
        post(kind: mail.rawValue, to: loop, write)
    }
}

extension PollPort: MailHandler {
    public func mail(_ bytes: RawSpan, kind: UInt8, from loop: Int) {
        switch PollMail(rawValue: kind) {
        case .asked:
            if let mail = AskedMail(bytes, from: loop) { return asked(mail) }
        case .answered:
            if let mail = AnsweredMail(bytes) { return answered(mail.ticket, mail.answer) }
        case nil: break
        }
        preconditionFailure("mail of kind \(kind) with \(bytes.byteCount) bytes cannot be read")
    }
}

/// A request of a session: u64 line, u64 ticket, u64 number (0: none), u8 whether it asks, u64 received, the packets.
struct AskedMail: Equatable {
    let line: ConnectionHandle
    let ticket: PollExchange.Ticket
    let turn: PollTurn
    let upload: [UInt8]

    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: line.packed)
        writer.append(bigEndian: ticket.number)
        writer.append(bigEndian: turn.number ?? 0)
        writer.append(turn.received == nil ? 0 : 1)
        writer.append(bigEndian: turn.received ?? 0)
        writer.append(upload)
    }
}

extension AskedMail {
    init?(_ bytes: RawSpan, from loop: Int) {
        var reader = ByteReader(bytes)
        guard let line: UInt64 = reader.read(), let ticket: UInt64 = reader.read(), let number: UInt64 = reader.read(),
            let asks: UInt8 = reader.read(), let received: UInt64 = reader.read()
        else { return nil }
        self.init(
            line: ConnectionHandle(packed: line), ticket: .init(loop: UInt16(loop), number: ticket),
            turn: PollTurn(number: number == 0 ? nil : number, received: asks == 0 ? nil : received),
            upload: reader.readRest().copied())
    }
}

/// An answer on its way: u64 ticket, u8 kind, and what the kind needs.
struct AnsweredMail: Equatable {
    let ticket: UInt64
    let answer: PollAnswer

    private enum Kind: UInt8 {
        case nothing, packets, outOfTurn, outOfRange, ended, unknown
    }

    func write(into writer: inout ByteWriter) {
        func begin(_ kind: Kind, _ writer: inout ByteWriter) {
            writer.append(bigEndian: ticket)
            writer.append(kind.rawValue)
        }
        switch answer {
        case .nothing: begin(.nothing, &writer)
        case .packets(let position, let bytes):
            begin(.packets, &writer)
            writer.append(bigEndian: position)
            writer.append(bytes)
        case .outOfTurn(let expected):
            begin(.outOfTurn, &writer)
            writer.append(bigEndian: expected)
        case .outOfRange(let from, let to):
            begin(.outOfRange, &writer)
            writer.append(bigEndian: from)
            writer.append(bigEndian: to)
        case .ended(let ending):
            begin(.ended, &writer)
            writer.append(bigEndian: ending.rawValue)
        case .unknown: begin(.unknown, &writer)
        }
    }
}

extension AnsweredMail {
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let ticket: UInt64 = reader.read(), let kind = reader.read(UInt8.self).flatMap(Kind.init) else {
            return nil
        }
        self.ticket = ticket
        switch kind {
        case .nothing: answer = .nothing
        case .packets:
            guard let position: UInt64 = reader.read() else { return nil }
            answer = .packets(position: position, reader.readRest().copied())
        case .outOfTurn:
            guard let expected: UInt64 = reader.read() else { return nil }
            answer = .outOfTurn(expected: expected)
        case .outOfRange:
            guard let from: UInt64 = reader.read(), let to: UInt64 = reader.read() else { return nil }
            answer = .outOfRange(from: from, to: to)
        case .ended:
            guard let ending = reader.read(UInt16.self).flatMap(PollEnding.init) else { return nil }
            answer = .ended(ending)
        case .unknown: answer = .unknown
        }
    }
}
