import Crypto
import Outbox
import Program
import Settings

/// The services that the configuration names.
enum Services {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    struct Served {
        let service: ChannelService
        let rate: Int
    }

    static func read(_ configuration: Configuration) throws -> [Served] {
        let served = try [apns(configuration), android(configuration), browsers(configuration)].compactMap { $0 }
        guard !served.isEmpty || configuration[PushSettings.webhooks] else {
            throw Failure(
                description: "there is nobody to send to: "
                    + "give apns.key_path, fcm.account_path, relay.url, browsers.key_path or webhooks.serve")
        }
        return served
    }

    private static func secret(_ path: String, _ setting: String) throws -> [UInt8] {
        do {
            return Array(try TextFile.readSecret(path).utf8)
        } catch {
            throw Failure(description: "\(setting): \(path) cannot be read: \(error)")
        }
    }

    private static func apns(_ configuration: Configuration) throws -> Served? {
        let path = configuration[PushSettings.apnsKey]
        let words = [PushSettings.apnsKeyID, PushSettings.apnsTeam, PushSettings.apnsTopic].map { configuration[$0] }
        guard !path.isEmpty || words.contains(where: { !$0.isEmpty }) else { return nil }
        guard let key = PrivateKey(pem: try secret(path, "apns.key_path")), key.kind == .p256 else {
            throw Failure(description: "apns.key_path: \(path) has no key of P-256: give it Apple's .p8 file")
        }
        guard words.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }) else {
            throw Failure(description: "with apns.key_path go apns.key_id, apns.team and apns.topic, without blanks")
        }
        let service = APNs(
            url: configuration[PushSettings.apnsURL], key: key, keyID: words[0], team: words[1], topic: words[2])
        return Served(service: .apns(service), rate: configuration[PushSettings.apnsRate])
    }

    private static func android(_ configuration: Configuration) throws -> Served? {
        let (account, relay) = (configuration[PushSettings.fcmAccount], configuration[PushSettings.relayURL])
        let rate = configuration[PushSettings.androidRate]
        switch (account.isEmpty, relay.isEmpty) {
        case (true, true): return nil
        case (false, false):
            throw Failure(description: "mobiles with Android are told by FCM or by the relay: give only one of them")
        case (false, true):
            guard let account = FCM.Account(file: try secret(account, "fcm.account_path")) else {
                throw Failure(description: "fcm.account_path: that file is no service account with a key of RSA")
            }
            return Served(service: .fcm(FCM(url: configuration[PushSettings.fcmURL], account: account)), rate: rate)
        case (true, false):
            let secret = configuration[PushSettings.relaySecret]
            guard !secret.isEmpty else { throw Failure(description: "relay.url needs relay.secret") }
            return Served(service: .relay(Relay(url: relay, secret: Array(secret.utf8))), rate: rate)
        }
    }

    private static func browsers(_ configuration: Configuration) throws -> Served? {
        let path = configuration[PushSettings.browserKey]
        guard !path.isEmpty else { return nil }
        let subject = configuration[PushSettings.browserSubject]
        guard !subject.isEmpty else {
            throw Failure(description: "browsers.key_path needs browsers.subject, such as mailto:admin@example.org")
        }
        let hosts = configuration[PushSettings.browserHosts].split(separator: ",").map {
            $0.filter { $0 != " " }.lowercased()
        }
        let service = WebPush(key: try BrowserKey.load(path), subject: subject, hosts: hosts)
        return Served(service: .browsers(service), rate: configuration[PushSettings.browserRate])
    }
}
