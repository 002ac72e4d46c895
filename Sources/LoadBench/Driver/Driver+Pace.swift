import Primitives
import Reactor

/// Who logs in or sends when.
extension Driver {
    /// Sends that are due this close to each other leave together: a wake-up for each would cost more than the send.
    private static let shortestPause: Duration = .microseconds(50)

    /// Does what is due, and sets the alarm for what is due next.
    func pace() {
        switch stage {
        case .joining: paceJoins()
        case .sending(let start): if loop.now >= start { paceSends() }
        case .preparing, .draining, .verifying, .finished: break
        }
    }

    private func paceJoins() {
        while nextJoin < clients.count {
            let client = clients[nextJoin]
            let due = joinDue(nextJoin)
            guard due <= loop.now else {
                pacer?.arm(at: due)
                return
            }
            // A login that ends makes room; `loggedIn` and failures come back here.
            guard joining < plan.loginsAtOnce else { return }
            nextJoin += 1
            client.joinDue = plan.loginRate == nil ? loop.now : due
            join(client)
        }
    }

    private func joinDue(_ index: Int) -> Instant {
        guard let rate = plan.loginRate else { return joinsBegan }
        return joinsBegan + .seconds(Double(index * plan.loops + loop.index) / rate)
    }

    private func paceSends() {
        switch plan.pace {
        case .window:
            for client in senders {
                send(client)
                flush(client)
            }
        case .rate:
            while let due = nextDue, due <= loop.now {
                let client = senders[nextSender]
                client.owed += 1
                send(client)
                flush(client)
                nextSender += 1
                if nextSender == senders.count {
                    nextSender = 0
                    round += 1
                }
            }
            if let due = nextDue { pacer?.arm(at: max(due, loop.now + Self.shortestPause)) }
        }
    }

    /// When the next message is to be sent; `nil` if it is none any more. What was due before the end is sent, however
    /// late this program is: it would be the messages with the longest latencies that were left out.
    var nextDue: Instant? {
        guard !senders.isEmpty, let due = due(of: senders[nextSender], number: round) else { return nil }
        return due < measured.upperBound ? due : nil
    }

    /// When a sender's message is to be sent; `nil` in a closed loop.
    func due(of client: Client, number: Int) -> Instant? {
        guard let schedule, let sender = client.senderNumber else { return nil }
        return schedule.due(sender: sender, number: number)
    }
}
