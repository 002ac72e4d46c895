import DBProxy
import Membership
import Primitives

/// What the log is told of the calls of this node, which end as the call desk says. A core.
struct CallNotes {
    private let me: Peer
    /// Those that are under way. Clients name their calls, so two devices of a user may have given two the same name.
    private var open: [CallTitle: [CallRow]] = [:]

    init(_ me: Peer) {
        self.me = me
    }

    /// - Parameter name: of `CallRow.nameByteCount` bytes that no other call has.
    mutating func began(_ title: CallTitle, body: [UInt8], name: [UInt8], at now: UnixTime) -> CallRow {
        let row = row(of: title, isVideo: SessionDescription.hasPicture(body), name, now)
        open[title, default: []].append(row)
        return row
    }

    mutating func answered(_ title: CallTitle, at now: UnixTime) -> CallRow? {
        guard var row = open[title]?.popLast() else { return nil }
        row.answered = now
        open[title]?.append(row)
        return row
    }

    /// - Parameters:
    ///   - offer: of a call that ends as it begins.
    ///   - name: for that one.
    mutating func ended(_ record: CallRecord, offer: [UInt8], name: [UInt8], at now: UnixTime) -> CallRow {
        var row = open[record.title]?.popLast()
            ?? row(of: record.title, isVideo: SessionDescription.hasPicture(offer), name, now)
        if open[record.title]?.isEmpty == true { open[record.title] = nil }
        row.ended = (now, CallRow.Outcome(record.outcome))
        return row
    }

    private func row(of title: CallTitle, isVideo: Bool, _ name: [UInt8], _ now: UnixTime) -> CallRow {
        CallRow(
            name: name, caller: title.caller, callee: title.callee, isVideo: isVideo, node: me.node.rawValue,
            epoch: me.epoch.rawValue, began: now)
    }
}

extension CallRow.Outcome {
    init(_ outcome: CallRecord.Outcome) {
        self =
            switch outcome {
            case .answered: .answered
            case .refused: .refused
            case .busy: .busy
            case .away: .away
            case .noAnswer: .noAnswer
            case .cancelled: .cancelled
            }
    }
}

/// What a session description (SDP, RFC 8866) says of a call.
enum SessionDescription {
    /// A picture that is meant to be seen at once: sent, and part of a stream (`a=msid`, RFC 8830; `-` is for none).
    /// Calls have room for one also without, so that a camera can be switched on later.
    static func hasPicture(_ body: [UInt8]) -> Bool {
        var isPicture = false, isSent = false, hasStream = false
        for line in body.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            if line.starts(with: "m=".utf8) {
                if isPicture, isSent, hasStream { return true }
                isPicture = line.starts(with: "m=video ".utf8) && !line.starts(with: "m=video 0 ".utf8)
                (isSent, hasStream) = (false, false)
            } else if line.elementsEqual("a=sendrecv".utf8) || line.elementsEqual("a=sendonly".utf8) {
                isSent = true
            } else if line.starts(with: "a=msid:".utf8) {
                hasStream = !line.elementsEqual("a=msid:-".utf8) && !line.starts(with: "a=msid:- ".utf8)
            }
        }
        return isPicture && isSent && hasStream
    }
}
