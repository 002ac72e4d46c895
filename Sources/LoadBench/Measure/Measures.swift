import Primitives

/// What a driver counts and times.
struct Measures: Sendable {
    var logins = 0
    var failedLogins = 0
    var firstJoin = Instant.never
    /// The last time a client logged in that had not been online before, and the last time any did.
    var lastFirstLogin = Instant(nanoseconds: 0)
    var lastLogin = Instant(nanoseconds: 0)
    var login = LatencyHistogram()
    var heartbeat = LatencyHistogram()

    /// Messages, each counted once however often it was sent.
    var sent = 0
    var acked = 0
    var delivered = 0
    /// Those of them within the measured time.
    var measuredAcked = 0
    var measuredDelivered = 0
    var resent = 0
    /// Second acknowledgements, of sends that had been repeated.
    var lateAcks = 0

    /// Of messages that were to be sent within the measured time.
    var ack = LatencyHistogram()
    var delivery = LatencyHistogram()
    /// Until the last receiver had it.
    var lastDelivery = LatencyHistogram()

    var disconnects = 0
    var reconnects = 0
    /// By second of the monotonic clock.
    var reconnectsBySecond: [Int64: Int] = [:]
    /// See `Absence`.
    var away = LatencyHistogram()
    var kicks = 0

    /// At the beginning and the end of the measured time.
    var bytesSent = 0
    var bytesReceived = 0

    mutating func reconnected(after away: Duration, at now: Instant) {
        reconnects += 1
        reconnectsBySecond[Int64(now.nanoseconds / 1_000_000_000), default: 0] += 1
        self.away.record(away)
    }

    mutating func merge(_ other: Measures) {
        logins += other.logins
        failedLogins += other.failedLogins
        firstJoin = min(firstJoin, other.firstJoin)
        lastFirstLogin = max(lastFirstLogin, other.lastFirstLogin)
        lastLogin = max(lastLogin, other.lastLogin)
        login.merge(other.login)
        heartbeat.merge(other.heartbeat)
        sent += other.sent
        acked += other.acked
        delivered += other.delivered
        measuredAcked += other.measuredAcked
        measuredDelivered += other.measuredDelivered
        resent += other.resent
        lateAcks += other.lateAcks
        ack.merge(other.ack)
        delivery.merge(other.delivery)
        lastDelivery.merge(other.lastDelivery)
        disconnects += other.disconnects
        reconnects += other.reconnects
        reconnectsBySecond.merge(other.reconnectsBySecond, uniquingKeysWith: +)
        away.merge(other.away)
        kicks += other.kicks
        bytesSent += other.bytesSent
        bytesReceived += other.bytesReceived
    }
}
