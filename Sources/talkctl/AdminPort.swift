import HTTPClient
import HTTPCore
import Primitives
import Reactor
import Settings

/// The administration port of a node: what it says of the cluster.
struct AdminPort {
    private static let limit: Duration = .seconds(5)

    let place: HostPort
    /// Of the administration API; empty for what needs none.
    let token: String

    /// The answer of a page of the API, or why there is none.
    func get(_ path: String) throws -> JSON { try ask(.get, path) }

    func ask(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) throws -> JSON {
        let (status, json) = try exchange(method, path, body)
        if status == 200 || status == 201 { return json }
        guard let message = json["error"]?["message"]?.text else { throw stranger }
        throw Failure(.failed, "the node at \(place.settingText) says: \(message)")
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
            reply = try HTTPClient.send(call, to: address, within: Self.limit)
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
    static let tokenOption = Verb.Option(
        "--token-file", "FILE", "its first line is the token to use (default: admin.token of the configuration)")

    /// The node that `--admin` names, or that of the configuration.
    func adminPort() throws -> AdminPort {
        let token = try adminToken()
        guard let text = value("--admin") else { return AdminPort(place: try configuration().admin, token: token) }
        guard let place = HostPort(setting: text) else {
            throw verb.misuse("--admin \(text): expected \(HostPort.settingForm.meaning)")
        }
        return AdminPort(place: place, token: token)
    }

    private func adminToken() throws -> String {
        guard let path = value("--token-file") else {
            if let token = try configuration().adminToken { return token }
            throw Failure(
                .usage,
                "the configuration has no admin.token; make a token: talkctl token create NAME --scope read\n"
                    + "and give the file that holds it: --token-file FILE")
        }
        let token = String(try Self.firstLine(ofSecret: path).filter { $0 != " " && $0 != "\t" })
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw Failure(.usage, "\(path) holds no token in its first line")
        }
        return token
    }
}
