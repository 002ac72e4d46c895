import HTTPClient
import HTTPCore
import Primitives
import Reactor
import Settings

/// The administration port of a node: what it says of the cluster.
struct AdminPort {
    private static let limit: Duration = .seconds(5)

    let place: HostPort

    /// The answer of a page of the API, or why there is none.
    func get(_ path: String) throws -> JSON {
        guard let address = NameResolver.resolveNow(place.host, port: place.port).first else {
            throw Failure(.unreachable, "nothing is known of a host '\(place.host)'; give --admin HOST:PORT of a node")
        }
        let reply: HTTPReply
        do throws(HTTPClient.Failure) {
            reply = try HTTPClient.get(path, from: address, within: Self.limit)
        } catch {
            throw failure(error)
        }
        guard let json = JSON(reading: reply.body) else { throw stranger }
        if reply.status == 200 { return json }
        guard let message = json["error"]?["message"]?.text else { throw stranger }
        throw Failure(.failed, "the node at \(place.settingText) says: \(message)")
    }

    private func failure(_ error: HTTPClient.Failure) -> Failure {
        switch error {
        case .unreachable(let error) where error.isRefusal:
            Failure(.unreachable, "no node answers at \(place.settingText)\n\(Self.advice)")
        case .unreachable(let error):
            Failure(.unreachable, "no node answers at \(place.settingText): \(error)\n\(Self.advice)")
        case .timedOut:
            Failure(
                .unreachable, "the node at \(place.settingText) did not answer in \(Self.limit); its log may say why")
        case .noAnswer: stranger
        }
    }

    private var stranger: Failure {
        Failure(.failed, "what answers at \(place.settingText) is no node of Grapevine of this version; check --admin")
    }

    private static let advice =
        "Is it running? deploy/local status shows it, deploy/local up starts it; or ask another one: --admin HOST:PORT."
}

extension Invocation {
    /// The node that `--admin` names, or that of the configuration.
    func adminPort() throws -> AdminPort {
        guard let text = value("--admin") else { return AdminPort(place: try configuration().admin) }
        guard let place = HostPort(setting: text) else {
            throw verb.misuse("--admin \(text): expected \(HostPort.settingForm.meaning)")
        }
        return AdminPort(place: place)
    }
}
