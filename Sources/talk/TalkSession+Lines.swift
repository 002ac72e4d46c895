import Primitives
import TalkProtocol

/// What is typed.
extension TalkSession {
    /// Texts and lines that wait; more are not read.
    private static let maxWaiting = 1_000
    /// The longest body that servers take (`GatewayLimits.maxTextBytes`).
    private static let maxBody = 16 << 10

    /// Another line may be read.
    var hasRoom: Bool { lines.count + outbox.count < Self.maxWaiting }

    mutating func typed(_ line: String, at now: Instant) {
        lines.append(line)
        proceed(at: now)
    }

    mutating func inputEnded(at now: Instant) {
        isEnding = true
        proceed(at: now)
    }

    /// After each input: what can be done now, is.
    mutating func proceed(at now: Instant) {
        guard link != .ended else { return }
        while let line = lines.first, execute(TypedLine(line), at: now) { _ = lines.popFirst() }
        sendNext(at: now)
        let isIdle = lines.isEmpty && outbox.count == 0 && questions.isEmpty && interrupted.isEmpty
        guard isEnding, isIdle else { return }
        if isOnline {
            if isCatchingUp { return }
            tell(.logoutReq, IMLogoutReq())
        } else if isScript {
            // What was missed is to be shown, and whether one can log in at all.
            return
        }
        end(verdict, "")
    }

    /// `false` if the line, and all behind it, must wait for the server.
    private mutating func execute(_ line: TypedLine, at now: Instant) -> Bool {
        switch line {
        case .nothing:
            break
        case .unknown(let text):
            fail("There is no '\(PlainText.line(text))'; there are /who, /history NAME and /quit.")
        case .quit:
            isEnding = true
            if outbox.count > 0 { note("Waiting for acknowledgements: \(outbox.count). Ctrl-C gives up.") }
        case .who:
            guard isOnline, !isCatchingUp else { return false }
            ask(.online(rest: roster.everyone.filter { $0 != user }, found: []), at: now)
        case .history(let name):
            // What was written before belongs to it.
            guard isOnline, outbox.count == 0, let found = lookUp(name, at: now) else { return false }
            if case .user(let other) = found { ask(.history(other), at: now) }
        case .text(let text, let name):
            return write(text, to: name, at: now)
        }
        return true
    }

    private mutating func write(_ text: String, to name: String?, at now: Instant) -> Bool {
        var receiver = lastReceiver
        if let name {
            guard let found = lookUp(name, at: now) else { return false }
            guard case .user(let other) = found else { return true }
            receiver = other
        }
        guard let receiver else {
            fail("To whom? Begin with a name, as in: bob: hello")
            return true
        }
        lastReceiver = receiver
        let body = plainText.body(text)
        if body.isEmpty { return true }
        guard body.count <= Self.maxBody else {
            fail("That text is too long; it was not sent.")
            return true
        }
        outbox.add(Outbox.Entry(key: nextKey(for: receiver, at: now), receiver: receiver, body: body))
        return true
    }

    private enum Found {
        case user(UserID)
        case nobody
    }

    /// `nil` as long as the server has to be asked.
    private mutating func lookUp(_ name: String, at now: Instant) -> Found? {
        if let other = roster.user(called: name) {
            if other != user { return .user(other) }
            fail("That is you.")
            return .nobody
        }
        guard isOnline else { return nil }
        if unknownName == name {
            unknownName = nil
            fail("Nobody is called '\(PlainText.line(name))'; see /who.")
            return .nobody
        }
        // The list may have been on its way, or the user is new. Answers come in the order of the questions, so this
        // one comes behind all pages of the first.
        if !isAskingForUsers { ask(.users(for: name), at: now) }
        return nil
    }

    private mutating func fail(_ complaint: String) {
        verdict = isScript ? .failed : verdict
        note(complaint)
    }
}
