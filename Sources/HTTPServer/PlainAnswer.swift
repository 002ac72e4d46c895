import HTTPCore
import TLS

/// What a request without TLS gets on a port that has a certificate: the way to the same page over TLS, or a refusal.
enum PlainAnswer {
    private static let refusal = "This port is for https: what it is asked and what it says are for nobody else.\n"

    static func response(to request: HTTPRequest, _ context: TLSContext) -> HTTPResponse {
        guard let place = place(of: request, context) else { return HTTPResponse(.forbidden, text: refusal) }
        var response = HTTPResponse(.permanentRedirect)
        do throws(HTTPFieldError) {
            try response.set("Location", to: place)
        } catch {
            return HTTPResponse(.forbidden, text: refusal)
        }
        return response
    }

    /// `nil`: whoever asks is not sent on. Not to a host of his choice, only to one that the certificate is for; and
    /// not with what must not be sent in the clear again: a secret, a body, the opening of a WebSocket, which browsers
    /// would not take elsewhere anyway.
    private static func place(of request: HTTPRequest, _ context: TLSContext) -> String? {
        guard request.method == .get || request.method == .head, request.headers["authorization"] == nil,
            request.headers["upgrade"] == nil, let host = request.headers["host"], request.target.hasPrefix("/")
        else { return nil }
        var name = Substring(host)
        if name.hasPrefix("[") {
            name = name.dropFirst().prefix { $0 != "]" }
        } else {
            name = name.prefix { $0 != ":" }
        }
        // A name that begins with a dot would stand for every name below it.
        guard !name.isEmpty, !name.hasPrefix("."), context.isCertificate(for: String(name)) else { return nil }
        return "https://\(host)\(request.target)"
    }
}
