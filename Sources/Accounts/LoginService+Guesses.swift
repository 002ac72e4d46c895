import DBProxy
import Primitives
import Reactor

/// Attempts that nobody has verified before: one at a time for each name and address, held after failures.
extension LoginService {
    func takeTurn(_ lookup: Lookup, _ subject: LoginSubject) {
        if lookup.hasTurn { return guess(lookup, subject) }
        let guesser = lookup.guesser
        guard let waiting = queues[guesser]?.count else {
            queues[guesser] = Fifo()
            lookup.hasTurn = true
            return guess(lookup, subject)
        }
        if waiting < limits.maxWaiting { queues[guesser]?.append(lookup) } else { finish(lookup, .busy) }
    }

    private func guess(_ lookup: Lookup, _ subject: LoginSubject) {
        if !subject.guesses.isOwnSite, failures.isExhausted(lookup.site, at: loop.now) {
            return finish(lookup, .addressLocked)
        }
        switch limits.guesses.judge(subject.guesses) {
        case .judge: derive(lookup, subject)
        case .refuse: finish(lookup, .locked)
        case .hold(let wait):
            guard loop.now + wait <= lookup.arrived + limits.guesses.maxHold else { return finish(lookup, .tooSoon) }
            statistics.held += 1
            // Looks again afterwards: there may have been other failures meanwhile, on other nodes.
            loop.schedule(after: wait) { [weak self] in self?.lookUp(lookup) }
        }
    }

    /// The long way. A name that no user has takes as long as any other.
    private func derive(_ lookup: Lookup, _ subject: LoginSubject) {
        let stored = subject.credentials.map { try? PasswordHash(stored: $0.password) } ?? PasswordHash.ofNobody
        guard let stored, stored.cost != .loadTest || limits.acceptsLoadTestPasswords else {
            return fail(lookup, subject, counts: true)
        }
        // A client that was not told of a new password tries the old one for ever, from where it has logged in before.
        // To others the comparison would tell by its time that there was one.
        let former =
            subject.guesses.isOwnSite
            ? subject.credentials?.formerPassword.flatMap { try? PasswordHash(stored: $0) } : nil
        let secret = lookup.attempt.secret
        let identity = database.identity
        let accepted = derivations.submit(
            from: loop, site: lookup.site, isKnown: subject.guesses.isOwnSite, interest: lookup.attempt.interest,
            { stored.matches(secret) ? .right : former?.matches(secret) == true ? .former : .wrong }
        ) { [unowned self] outcome in
            switch outcome {
            case .derived(.right): derivedRight(lookup, subject, readFrom: identity)
            case .derived(.former): fail(lookup, subject, counts: false)
            case .derived(.wrong): fail(lookup, subject, counts: true)
            case .passedOver: finish(lookup, .busy)
            }
        }
        guard accepted else { return finish(lookup, .busy) }
        // Clients do not wait for longer.
        let rest = lookup.arrived + limits.guesses.maxHold - loop.now
        loop.schedule(after: max(rest, .zero)) { [weak self] in
            if lookup.attempt.interest.end() { self?.finish(lookup, .busy) }
        }
    }

    /// - Parameter identity: of the database as it was when the credentials were read; remembered under its name.
    private func derivedRight(_ lookup: Lookup, _ subject: LoginSubject, readFrom identity: DatabaseIdentity?) {
        guard let credentials = subject.credentials else { return fail(lookup, subject, counts: true) }
        if credentials.hasLeft { return fail(lookup, subject, counts: false) }
        if let identity, identity == database.identity, let key = cacheKey(credentials) {
            let digest = cache.remember(
                credentials.user, lookup.attempt.secret, version: credentials.version, in: identity, at: loop.now)
            redis?.set(key, digest, for: CredentialCache.lifetime)
        }
        record(lookup, credentials, subject)
    }

    private func fail(_ lookup: Lookup, _ subject: LoginSubject, counts: Bool) {
        if counts { failures.failed(lookup.site, at: loop.now) }
        let failure = LoginFailure(
            name: lookup.attempt.name, site: lookup.site.bytes, digest: lookup.digest,
            version: subject.credentials.map { $0.hasLeft ? -$0.version : $0.version } ?? 0, counts: counts,
            isOwnSite: subject.guesses.isOwnSite)
        // Noted before it is answered: whoever counts on being faster than the counter waits for it.
        database.recordLoginFailure(failure) { [unowned self] result in
            switch result {
            case .success: finish(lookup, .wrongCredentials)
            case .failure: finish(lookup, .noDatabase)
            }
        }
    }
}
