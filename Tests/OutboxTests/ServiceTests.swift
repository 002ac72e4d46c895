import Crypto
import DBProxy
import Outbox
import Primitives
import TalkProtocol
import Testing

/// What services are asked, and what their answers mean.
struct ServiceTests {
    private static let now: Int64 = 1_800_000_100
    private let text: NotificationText

    init() throws {
        text = NotificationText(try DueExample.make(), .message, .english, try TextCodec())
    }

    private func apns() throws -> APNs {
        APNs(url: "https://apns", key: try .makeP256(), keyID: "KEY", team: "TEAM", topic: "org.example.app")
    }

    private func answer(_ status: Int, _ body: String = "") -> OutboundAnswer {
        .status(status, body: Array(body.utf8))
    }

    @Test("APNs gets the device, topic, priority, collapse id, expiry and badge")
    func apnsRequest() throws {
        var service = try apns()
        let due = try DueExample.make("hello", .groupText, 7)
        let asked = service.request(due, text, at: Self.now)
        let request = try #require(asked)
        #expect(request.url == "https://apns/3/device/00ff")
        #expect(request["apns-topic"] == "org.example.app" && request["apns-push-type"] == "alert")
        #expect(request["apns-priority"] == "10" && request["apns-collapse-id"] == "c7")
        #expect(request["apns-expiration"] == "1800086400")
        let payload = try #require(JSON(reading: request.body))
        #expect(payload["aps"]?["badge"]?.integer == 3)
        #expect(payload["aps"]?["alert"]?["body"]?.text == "hello")
        #expect(payload["custom"]?.text == #"{"msg_type":17,"from_id":1,"group_id":7}"#)
        // The same name for each attempt, and the same token for the best part of an hour.
        let again = service.request(try DueExample.make("hello", .groupText, 7, attempts: 2), text, at: Self.now + 60)
        #expect(again?["apns-id"] == request["apns-id"] && again?["authorization"] == request["authorization"])
        let late = service.request(due, text, at: Self.now + 3000)
        #expect(late?["authorization"] != request["authorization"])
    }

    @Test("beside a PC APNs gets the number only")
    func silent() throws {
        var service = try apns()
        let asked = service.request(try DueExample.make(isSilent: true), text, at: Self.now)
        let request = try #require(asked)
        #expect(request["apns-priority"] == "5")
        #expect(JSON(reading: request.body)?["aps"]?["alert"] == nil)
        #expect(JSON(reading: request.body)?["aps"]?["badge"]?.integer == 3)
    }

    @Test(
        "what is no token of APNs asks nothing",
        arguments: ["ios:", "ios:../x", "ios:zz", "https://evil/", "ios:00 ff"])
    func badToken(_ token: String) throws {
        var service = try apns()
        let request = service.request(try DueExample.make(token: token), text, at: Self.now)
        #expect(request == nil)
    }

    @Test("answers of APNs")
    func apnsAnswers() throws {
        var service = try apns()
        func judge(_ status: Int, _ body: String = "") -> Verdict { service.judge(answer(status, body), at: Self.now) }
        #expect(judge(200).outcome == .sent)
        let gone = judge(410, #"{"reason":"Unregistered","timestamp":1700000000123}"#)
        #expect(gone.outcome == .gone(since: 1_700_000_000) && gone.answer == "410 Unregistered")
        #expect(judge(400, #"{"reason":"BadDeviceToken"}"#).outcome == .gone(since: Self.now))
        #expect(judge(400, #"{"reason":"PayloadEmpty"}"#).outcome == .refused)
        #expect(judge(413).outcome == .refused)
        #expect(judge(403, #"{"reason":"ExpiredProviderToken"}"#).stopsChannel == false)
        #expect(judge(403, #"{"reason":"InvalidProviderToken"}"#).stopsChannel)
        #expect(judge(429, #"{"reason":"TooManyRequests"}"#).outcome == .later(.seconds(60)))
        #expect(judge(429, #"{"reason":"TooManyRequests"}"#).stopsChannel == false)
        #expect(judge(429, #"{"reason":"TooManyProviderTokenUpdates"}"#).stopsChannel)
        for status in [500, 503] { #expect(judge(status).outcome == .later(nil) && judge(status).stopsChannel) }
        let unheard = service.judge(.nothing("refused"), at: Self.now)
        #expect(unheard == Verdict(.later(nil), "refused", stopsChannel: true))
    }

    @Test("a push service of a browser is asked only if it is a known one, over https, on what a client gave (B66)")
    func browserHosts() throws {
        let key = try PrivateKey.makeP256()
        let hosts = ["fcm.googleapis.com", ".push.example", "own.example:8443"]
        var service = WebPush(key: key, subject: "mailto:a@b", hosts: hosts)
        let keys = try PrivateKey.makeP256().publicPoint + [UInt8](repeating: 1, count: 16)
        func isAsked(_ endpoint: String) throws -> Bool {
            service.request(try DueExample.make(token: endpoint, keys: keys), text, at: Self.now) != nil
        }
        for good in [
            "https://fcm.googleapis.com/fcm/send/x", "https://a.push.example/1", "https://own.example:8443/x",
        ] {
            #expect(try isAsked(good), "\(good)")
        }
        for bad in [
            "http://fcm.googleapis.com/x", "https://push.example/1", "https://evilpush.example/1",
            "https://fcm.googleapis.com@evil/", "https://evil/?https://fcm.googleapis.com", "https://127.0.0.1/",
            "https://[::1]/", "https://fcm.googleapis.com\\@evil/", "https://fcm.googleapis.com.evil/", "https:///x",
            "https://fcm.googleapis.com:99999/", "https://fcm.googleapis.com:81/", "https://own.example/",
            "https://FCM.googleapis.com/", "https://fcm.googleapis.com /", "",
            // Another name for the same, which would have a pace of its own.
            "https://a.push.example:443/", "https://fcm.googleapis.com?1/x", "https://fcm.googleapis.com#1/x",
            "https://fcm.googleapis.com", "https://own.example:08443/x",
        ] {
            #expect(try !isAsked(bad), "\(bad)")
        }
    }

    @Test("what is said of one browser does not hold its service up; trouble of the service does")
    func browserTroubles() throws {
        let service = WebPush(key: try .makeP256(), subject: "mailto:a@b", hosts: ["push.example"])
        for status in [400, 403, 404, 408, 410, 413, 429] {
            #expect(!service.judge(answer(status), at: Self.now).stopsChannel, "\(status)")
        }
        for status in [500, 503] { #expect(service.judge(answer(status), at: Self.now).stopsChannel, "\(status)") }
        let unheard = service.judge(.nothing("no answer"), at: Self.now)
        #expect(unheard.outcome == .later(nil) && unheard.stopsChannel)
    }

    @Test("a relay can tell who asks, and how old it is")
    func relay() throws {
        let relay = Relay(url: "https://relay", secret: Array("secret".utf8))
        let request = relay.request(try DueExample.make(), text, at: 5)
        let code = HMACSHA256.code((Array("5.".utf8) + request.body).rawBytes, key: Array("secret".utf8).rawBytes)
        #expect(request["grapevine-signature"] == "v1=" + Hex.encode(code.rawBytes))
        #expect(relay.judge(answer(410), at: 5).outcome == .gone(since: 5))
        #expect(relay.judge(answer(302), at: 5).outcome == .refused)
    }

    @Test("waits double, and differ")
    func retries() {
        var random = SeededRandom(seed: 1)
        for (attempts, most) in [(1, 1_000), (2, 2_000), (5, 16_000), (30, 600_000)] as [(Int16, Int64)] {
            for _ in 0..<100 {
                let wait = Retries.wait(after: attempts, atLeast: nil, &random).milliseconds
                #expect((most / 2...most).contains(wait))
            }
        }
        #expect(Retries.wait(after: 1, atLeast: .seconds(90), &random) == .seconds(90))
    }
}
