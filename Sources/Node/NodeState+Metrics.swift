import Accounts
import Conversations
import DBProxy
import HTTPServer
import Log
import Metrics
import NodeAdmin
import Reactor
import Synchronization
import TLS

/// What the node puts on its metrics page, besides what clients do (`GatewayCounters`).
extension NodeState {
    /// What there is once.
    func observeProcess() {
        for (port, census) in [("public", publicHTTP), ("admin", adminHTTP), ("media", mediaHTTP)] {
            registry.gauge("grapevine_http_connections", help: "Connections of HTTP ports.", labels: ["port": port]) {
                Double(census.count)
            }
            registry.counter(
                "grapevine_http_connections_refused_total", help: "Connections closed as an HTTP port had too many.",
                labels: ["port": port]
            ) { UInt64(clamping: census.refused) }
            registry.counter(
                "grapevine_http_connections_displaced_total",
                help: "Connections of HTTP ports closed for a newcomer, as their clients had been silent for longest.",
                labels: ["port": port]
            ) { UInt64(clamping: census.displaced) }
        }
        registry.counter(
            "grapevine_postgres_troubles_total",
            help: "Statements and connections that PostgreSQL refused or did not answer; the log says which."
        ) { [self] in UInt64(clamping: storage.troubles.load(ordering: .relaxed)) }
        registry.gauge(
            "grapevine_messages_lost", help: "Acknowledged messages that the database lost within a day."
        ) { [self] in Double(storage.lost.withLock { $0.messages }) }
        let authority = plan.administration.authority
        registry.counter(
            "grapevine_admin_tokens_unknown_total",
            help: "Requests of the administration API with a token that nobody has."
        ) { UInt64(clamping: authority.failures) }
        let botTokens = botTokens
        registry.counter(
            "grapevine_bot_tokens_unknown_total", help: "Requests of bots and to webhooks with a token that nobody has."
        ) { UInt64(clamping: botTokens.failures) }
        let log = log
        registry.counter(
            "grapevine_log_lines_dropped_total", help: "Lines lost because the log could not be written fast enough."
        ) { log.droppedLines }
    }

    /// Of the ports that have TLS; one may come with a reload.
    func observeCertificates() {
        let ports = [
            ("client", doors.client), ("public", doors.http), ("admin", doors.admin), ("media", doors.media),
            ("files", doors.files),
        ]
        for (port, door) in ports where door.context != nil {
            guard observedCertificates.withLock({ $0.insert(port).inserted }) else { continue }
            registry.gauge(
                "grapevine_certificate_days_left", help: "Days until the certificate of a port ends.",
                labels: ["port": port]
            ) { [doors] in doors.daysLeft(door) ?? .infinity }
        }
    }

    func observe(_ failures: FailedLogins) {
        registry.gauge(
            "grapevine_login_failure_addresses", help: "Addresses whose failed logins are remembered."
        ) { Double(failures.count) }
        registry.counter(
            "grapevine_login_failure_addresses_crowded_out_total",
            help: "Addresses whose failed logins were forgotten early, as there were too many."
        ) { UInt64(clamping: failures.crowdedOut) }
    }

    /// For the conversations of one loop.
    func conversationTimings() -> Conversations.Timings {
        Conversations.Timings(
            append: histogram("append_seconds", "One transaction of messages."),
            commit: histogram(
                "commit_seconds", "From the arrival of a message, or of one that was stored with it, to its commit."),
            delivery: histogram(
                "delivery_seconds", "From the arrival of a message at this node, from its sender or another node, to "
                    + "its push; those that had to be read from the database are not in it."))
    }

    /// For one loop.
    func lateness() -> Histogram {
        histogram("loop_lateness_seconds", "How late a loop was for something it does ten times per second.")
    }

    private func histogram(_ name: String, _ help: String) -> Histogram {
        registry.histogram("grapevine_\(name)", help: help, buckets: .seconds)
    }

    /// Puts what a loop and its database count on the metrics page.
    func observe(loop: EventLoop, _ database: Database) {
        let (index, counters) = (loop.index, loop.counters)
        func gauge(_ name: String, _ help: String, _ read: @escaping @Sendable (LoopReport) -> Int) {
            registry.gauge("grapevine_\(name)", help: help) { [self] in Double(reports.withLock { read($0[index]) }) }
        }
        func count(_ name: String, _ help: String, _ read: @escaping @Sendable (LoopReport) -> Int) {
            registry.counter("grapevine_\(name)", help: help) { [self] in
                UInt64(clamping: reports.withLock { read($0[index]) })
            }
        }
        func total(_ name: String, _ help: String, _ read: @escaping @Sendable (Conversations.Statistics) -> Int) {
            count(name, help) { read($0.statistics) }
        }
        func counter(_ name: String, _ help: String, _ read: @escaping @Sendable (LoopCounters) -> Int) {
            registry.counter("grapevine_\(name)", help: help) { UInt64(clamping: read(counters)) }
        }
        gauge("postgres_connections", "Connections to PostgreSQL that are there.") { $0.readyConnections }
        gauge("postgres_calls", "Calls to PostgreSQL under way.") { $0.databaseLoad }
        gauge("logins_pending", "Logins that are being judged, wait or are held.") { $0.pendingLogins }
        gauge("delivery_cursors", "Conversations whose pushes are followed.") { $0.cursors }
        gauge("unanswered_conversations", "Conversations that may have grown unseen, as an append had no answer.") {
            $0.unanswered
        }
        gauge("kept_bytes", "Messages that are kept in case the database loses them.") { $0.keptBytes }
        gauge("append_queue_depth", "Messages waiting for their commit.") { $0.waitingSends }
        gauge("buffer_bytes", "Bytes of buffers in use by connections.") { $0.bufferedBytes }
        total("messages_stored_total", "Messages committed by this node.") { $0.delivery.stored }
        total("messages_repeated_total", "Sends that had been stored before.") { $0.delivery.repeated }
        total("append_batches_total", "Transactions of messages.") { $0.batches }
        total("appends_failed_total", "Transactions of messages that failed or were not answered.") { $0.failedAppends }
        total("append_queue_full_total", "Messages dropped because the queue was full.") { $0.refusedFull }
        total("holes_read_total", "Times messages for pushing were read from the database.") { $0.delivery.holesRead }
        total("sends_locked_total", "Times a message found its conversation locked by others.") { $0.foundLocked }
        total("heads_raised_total", "Conversations whose last id was below those of their messages.") {
            $0.headsRaised
        }
        total("delivery_cursors_refused_total", "Messages that were not pushed for want of a cursor.") {
            $0.delivery.cursorsRefused
        }
        total("unanswered_refused_total", "Unanswered conversations that were not followed for want of room.") {
            $0.delivery.unansweredRefused
        }
        count("logins_held_total", "Times a login was held because of failures before it.") { $0.heldLogins }
        count("login_failures_swept_total", "Old failures that were deleted from the database.") { $0.sweptFailures }
        counter("loop_turns_total", "Turns of the event loops.") { $0.turns.current }
        counter("accepted_total", "Connections accepted.") { $0.accepted.current }
        counter("accept_pauses_total", "Times accepting was paused.") { $0.acceptPauses.current }
        counter("received_bytes_total", "Bytes from sockets.") { $0.bytesReceived.current }
        counter("sent_bytes_total", "Bytes to sockets.") { $0.bytesSent.current }
        counter("slow_readers_total", "Connections closed because they did not read.") { $0.slowReaders.current }
        counter("tls_handshakes_put_off_total", "Handshakes of TLS that waited for a later turn, in each turn.") {
            $0.handshakesPutOff.current
        }
        counter("tls_handshakes_dropped_total", "Connections that were closed as too many waited for a handshake.") {
            $0.handshakesDropped.current
        }
        counter("congested_turns_total", "Turns in which another loop's mailbox was full.") {
            $0.congestedTurns.current
        }
    }
}
