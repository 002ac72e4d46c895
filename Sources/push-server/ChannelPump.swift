import DBProxy
import Log
import Metrics
import Outbox
import Primitives
import Program
import Reactor
import TalkProtocol

/// Takes what is due of a channel from the outbox, sends it, and says what became of it. Confined to its loop.
///
/// Several programs may serve one channel: each message is taken by one of them, for as long as a lease lasts.
final class ChannelPump {
    /// Longer than an answer may take, and what follows from it may wait for the database.
    private static let lease: Duration = .seconds(90)
    private static let rest: Duration = .milliseconds(200)
    private static let pause: Duration = .seconds(1)
    private static let gather: Duration = .milliseconds(20)

    struct Wording {
        let detail: NotificationText.Detail
        let language: NotificationText.Language
        let codec: TextCodec
    }

    private var service: ChannelService
    private let channel: OutboxChannel
    private let wording: Wording
    private let night: Night
    private var paces: ServicePaces
    private let database: Database
    private let courier: Courier
    private let log: Logger
    private let counters: ChannelCounters
    private unowned let loop: EventLoop
    private let remote: LoopRemote
    /// What is not yet said to the database.
    private var ends: [SendingEnd] = []
    private var isTelling = false
    private(set) var isEnding = false
    /// Those whom it serves know it.
    private(set) var isServing = false

    init(
        _ service: ChannelService, _ wording: Wording, _ night: Night, rate: Int, database: Database, courier: Courier,
        log: Logger, counters: ChannelCounters, on loop: EventLoop, _ remote: LoopRemote
    ) {
        self.service = service
        channel = service.channel
        self.wording = wording
        self.night = night
        paces = ServicePaces(rate: rate, maxWindow: 200)
        self.database = database
        self.courier = courier
        self.log = log
        self.counters = counters
        self.loop = loop
        self.remote = remote
        enter()
    }

    /// Unix seconds.
    private static var now: Int64 { wallClock().milliseconds / 1000 }

    /// Nothing more is taken; what is under way ends.
    func end() { isEnding = true }

    var isIdle: Bool { paces.underWay == 0 && ends.isEmpty && !isTelling }

    // MARK: Taking

    private func enter() {
        guard let key = service.publicKey else {
            isServing = true
            return look()
        }
        database.serveBrowsers(by: key) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(true):
                isServing = true
                look()
            case .success(false):
                log.error("other_key", "browsers know another key: take over its file (browsers.key_path)")
                after(Self.pause * 30) { $0.enter() }
            case .failure: after(Self.rest) { $0.enter() }
            }
        }
    }

    private func look() {
        guard !isEnding else { return }
        let room = paces.room
        guard room > 0 else { return after(Self.rest) { $0.look() } }
        guard let preparation = service.preparation(at: Self.now) else { return claim(room) }
        send(preparation) { pump, answer in
            guard let problem = pump.service.prepared(answer, at: Self.now) else { return pump.look() }
            pump.log.warn(
                "not_prepared", "a push service gives no token",
                ["channel": .string("\(pump.channel)"), "reason": .string(problem)])
            pump.after(Self.pause * 5) { $0.look() }
        }
    }

    private func claim(_ room: Int) {
        database.claimNotifications(
            of: channel, limit: room, rooms: paces.rooms(at: loop.now), lease: Self.lease,
            isNight: night.isNow(wallClock())
        ) { [weak self] result in
            guard let self else { return }
            guard case .success(let due) = result else { return after(Self.pause) { $0.look() } }
            for notification in due {
                paces.took(service.place(of: notification), at: loop.now)
                send(notification)
            }
            if due.count == room { look() } else { after(Self.rest) { $0.look() } }
        }
    }

    // MARK: Sending

    private func send(_ due: DueNotification) {
        let text = NotificationText(due, wording.detail, wording.language, wording.codec)
        guard let request = service.request(due, text, at: Self.now) else {
            // Whoever entered it gets it back by no other way than entering another one.
            return judged(due, Verdict(.gone(since: Self.now), "nothing may be sent to the address of the device"))
        }
        send(request) { pump, answer in
            pump.judged(due, pump.service.judge(answer, at: Self.now))
        }
    }

    private func send(_ request: OutboundRequest, _ body: @escaping (ChannelPump, OutboundAnswer) -> Void) {
        let handler = Confined(pump: self, body: body)
        courier.post(request) { [remote] answer in
            remote.execute { _ in
                if let pump = handler.pump { handler.body(pump, answer) }
            }
        }
    }

    /// What waits for an answer.
    ///
    /// `@unchecked Sendable`: made and used on the loop of the pump; other threads only carry it.
    private final class Confined: @unchecked Sendable {
        weak var pump: ChannelPump?
        let body: (ChannelPump, OutboundAnswer) -> Void

        init(pump: ChannelPump, body: @escaping (ChannelPump, OutboundAnswer) -> Void) {
            self.pump = pump
            self.body = body
        }
    }

    private func judged(_ due: DueNotification, _ verdict: Verdict) {
        let place = service.place(of: due)
        let wasPaused = paces.isPaused(place)
        paces.ended(place, stops: verdict.stopsChannel, at: loop.now)
        let isPaused = paces.isPaused(place)
        if isPaused != wasPaused {
            log.warn(
                isPaused ? "service_away" : "service_back",
                isPaused ? "a push service takes nothing" : "a push service takes messages again",
                ["channel": .string("\(channel)"), "host": .string(place), "answer": .string(verdict.answer)])
        }
        counters.count(verdict.outcome)
        let (state, gone): (SendingEnd.State, Int64?)
        var wait: Duration = .zero
        switch verdict.outcome {
        case .sent: (state, gone) = (.sent, nil)
        case .refused: (state, gone) = (.givenUp, nil)
        case .gone(let since): (state, gone) = (.withdrawn, since)
        case .later(let asked):
            (state, gone) = (.waiting, nil)
            wait = Retries.wait(after: due.attempts, atLeast: asked, &loop.random)
        }
        ends.append(
            SendingEnd(due.id, attempts: due.attempts, state, verdict.answer, wait: wait, goneAt: gone))
        if ends.count == 1 { after(Self.gather) { $0.tell() } }
    }

    /// What the database does not take is said again: after the lease it would be sent twice.
    private func tell() {
        guard !isTelling, !ends.isEmpty else { return }
        isTelling = true
        let told = ends
        database.endSending(told) { [weak self] result in
            guard let self else { return }
            isTelling = false
            guard case .success = result else { return after(Self.pause) { $0.tell() } }
            ends.removeFirst(told.count)
            if !ends.isEmpty { tell() }
        }
    }

    private func after(_ time: Duration, _ body: @escaping (ChannelPump) -> Void) {
        loop.schedule(after: time) { [weak self] in self.map(body) }
    }
}
