import HTTPClient
import HTTPCore
import Primitives
import Reactor
import Settings
import TLS

/// The administration port of a node: what it says of the cluster.
struct AdminPort {
    private static let limit: Duration = .seconds(5)

    let place: HostPort
    /// Of the administration API; empty for what needs none.
    let token: String
    /// What is believed of the node's certificate; `nil`: it is asked without TLS.
    var tls: TLSContext?

    /// As people give it.
    private var name: String { (tls == nil ? "" : "https://") + place.settingText }

    /// The answer of a page of the API, or why there is none.
    func get(_ path: String) throws -> JSON { try ask(.get, path) }

    func ask(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) throws -> JSON {
        let (status, json) = try exchange(method, path, body)
        if status == 200 || status == 201 { return json }
        guard let message = json["error"]?["message"]?.text else { throw stranger }
        throw Failure(.failed, "the node at \(name) says: \(message)")
    }

    /// The answer, whatever its status.
    func exchange(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) throws -> (status: Int, body: JSON) {
        guard let address = NameResolver.resolveNow(place.host, port: place.port).first else {
            throw Failure(.unreachable, "nothing is known of a host '\(place.host)'; give --admin HOST:PORT of a node")
        }
        let reply: HTTPReply
        do throws(HTTPClient.Failure) {
            var call = HTTPCall(method, path, body: body?.bytes)
            if !token.isEmpty { call.add("Authorization", "Bearer \(token)") }
            let seal = tls.map { HTTPClient.Seal($0, to: place.host) }
            reply = try HTTPClient.send(call, to: address, over: seal, within: Self.limit)
        } catch {
            throw failure(error)
        }
        guard let json = JSON(reading: reply.body) else { throw stranger }
        return (reply.status, json)
    }

    /// A name as part of a path (RFC 3986, section 2.3).
    static func segment(_ name: String) -> String {
        name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }

    private func failure(_ error: HTTPClient.Failure) -> Failure {
        switch error {
        case .unreachable(let error) where error.isRefusal:
            Failure(.unreachable, "no node answers at \(name)\n\(Self.advice)")
        case .unreachable(let error):
            Failure(.unreachable, "no node answers at \(name): \(error)\n\(Self.advice)")
        case .unsealed(.certificate(let reason)):
            Failure(
                .failed,
                "the certificate of \(name) is not believed: \(reason)\nGive --authorities FILE with whoever signed "
                    + "it; if it was renewed, send the node SIGHUP.")
        case .unsealed(let error):
            Failure(.failed, "what answers at \(name) does not speak TLS as it should: \(error)")
        case .timedOut:
            Failure(
                .unreachable, "the node at \(name) did not answer in \(Self.limit); its log may say why")
        case .noAnswer: stranger
        }
    }

    private var stranger: Failure {
        Failure(.failed, "what answers at \(name) is no node of Grapevine of this version; check --admin")
    }

    private static let advice =
        "Is it running? deploy/local status shows it, deploy/local up starts it; or ask another one: --admin HOST:PORT."
}
