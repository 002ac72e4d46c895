import Primitives
import Program
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
        if TypedLine(line) == .quit { isQuitting = true }
        lines.append(line)
        proceed(at: now)
    }

    mutating func inputEnded(at now: Instant) {
        isEnding = true
        proceed(at: now)
    }

    /// Who leaves waits for what he has sent, and not for answers that do not come.
    mutating func leaveUnanswered() {
        questions = [:]
        lines.removeAll()
        isCatchingUp = false
        isEnding = true
        fail("The server does not answer what you asked for.")
    }

    /// After each input: what can be done now, is.
    mutating func proceed(at now: Instant) {
        guard link != .ended else { return }
        if isLeavingAlone { interrupted = [] }
        while let line = lines.first, execute(TypedLine(line), at: now) { _ = lines.popFirst() }
        sendNext(at: now)
        let isIdle = lines.isEmpty && outbox.count == 0 && questions.isEmpty && interrupted.isEmpty && sending == nil
            && saving == 0
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

    /// Somebody wants to leave, and there is no server to ask anything before.
    private var isLeavingAlone: Bool { isQuitting && !isOnline && !isScript }

    /// `false` if the line, and all behind it, must wait for the server.
    private mutating func execute(_ line: TypedLine, at now: Instant) -> Bool {
        if isLeavingAlone, line.isQuestion { return true }
        switch line {
        case .nothing:
            break
        case .unknown(let text):
            fail(
                "There is no '\(text.onTerminal)'; there are /r TEXT, /who, /groups, /history NAME, /save NUMBER, "
                    + "/send PATH and /quit.")
        case .quit:
            isEnding = true
            if outbox.count > 0 { note("Waiting for acknowledgements: \(outbox.count). Ctrl-C gives up.") }
        case .who:
            guard isOnline, !isCatchingUp else { return false }
            ask(.online(rest: roster.everyone.filter { $0 != user }, found: []), at: now)
        case .groups:
            guard isOnline, !isCatchingUp, hasGroups(at: now) else { return false }
            show(groups.titles.isEmpty ? "You are in no group." : "Groups: \(groups.titles.joined(separator: ", "))")
        case .history(let name):
            // What was written before belongs to it.
            guard isOnline, outbox.count == 0, let found = lookUp(name, at: now) else { return false }
            if case .conversation(let conversation) = found { ask(.history(conversation), at: now) }
        case .save(let number):
            guard isOnline, !isCatchingUp else { return false }
            save(number, at: now)
        case .send(let path):
            // What was written before goes before, and one file after the other.
            guard isOnline, !isCatchingUp, outbox.count == 0, sending == nil else { return false }
            send(path)
        case .reply(let text):
            // What was missed may come from somebody else.
            guard isOnline, !isCatchingUp else { return false }
            guard let lastHeard else {
                fail("Nobody has written yet.")
                return true
            }
            write(text, to: lastHeard, at: now)
        case .text(let text, let name):
            return write(text, to: name, at: now)
        }
        return true
    }

    private mutating func write(_ text: String, to name: String?, at now: Instant) -> Bool {
        var receiver = lastReceiver
        if let name {
            guard let found = lookUp(name, at: now) else { return false }
            guard case .conversation(let conversation) = found else { return true }
            receiver = conversation
        }
        if let receiver {
            write(text, to: receiver, at: now)
        } else {
            fail("To whom? Begin with a name, as in: bob: hello")
        }
        return true
    }

    private mutating func write(_ text: String, to conversation: ConversationID, at now: Instant) {
        lastReceiver = conversation
        let body = plainText.body(text)
        if body.isEmpty { return }
        guard body.count <= Self.maxBody else { return fail("That text is too long; it was not sent.") }
        outbox.add(Outbox.Entry(key: nextKey(for: conversation, at: now), conversation: conversation, body: body))
    }

    private enum Found {
        case conversation(ConversationID)
        case nobody
    }

    /// `nil` as long as the server has to be asked.
    private mutating func lookUp(_ name: String, at now: Instant) -> Found? {
        if let other = roster.user(called: name) {
            if let pair = ConversationID.pair(user, other) { return .conversation(pair) }
            fail("That is you.")
            return .nobody
        }
        let found = groups.groups(called: name)
        if found.count == 1 { return .conversation(.group(found[0])) }
        if found.count > 1 {
            let numbers = found.map { "g\($0.rawValue)" }.joined(separator: ", ")
            fail("Several groups are called '\(name.onTerminal)'; say which by its number: \(numbers)")
            return .nobody
        }
        guard isOnline, !isAskingForUsers, !isAskingForGroups else { return nil }
        if unknownName == name {
            unknownName = nil
            fail("Nobody is called '\(name.onTerminal)', and no group of yours; see /who and /groups.")
            return .nobody
        }
        // The list may have been on its way, or the user is new. Answers come in the order of the questions, so this
        // one comes behind all pages of the first.
        ask(.users(for: name), at: now)
        askForGroups(at: now)
        return nil
    }

    private mutating func askForGroups(at now: Instant) {
        ask(.fixedGroups, at: now)
        ask(.recentSessions, at: now)
    }

    /// `false` as long as the server has to be asked.
    private mutating func hasGroups(at now: Instant) -> Bool {
        if isAskingForGroups { return false }
        if !hasAskedForGroups {
            hasAskedForGroups = true
            askForGroups(at: now)
            return false
        }
        hasAskedForGroups = false
        return true
    }

    mutating func fail(_ complaint: String) {
        verdict = isScript ? .failed : verdict
        note(complaint)
    }
}
