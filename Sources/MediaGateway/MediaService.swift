import HTTPCore
public import HTTPServer
public import Media

/// The image server of the original over HTTP: uploads by POST to any path, files under `/g0/`, and nothing
/// else. Confined to its loop.
public final class MediaService {
    /// Says whether whoever sends a request may store a file now.
    public typealias Gate = (HTTPExchange) -> Result<MediaSender, UploadRefusal>

    /// Also while requests are served.
    public var limits: MediaLimits
    /// Where clients find the files, with a slash at its end.
    public var base: String
    let store: any MediaStore
    private let gate: Gate
    /// Bodies that are being read.
    public private(set) var uploads = 0

    public init(_ store: any MediaStore, limits: MediaLimits = MediaLimits(), base: String, gate: @escaping Gate) {
        precondition(base.hasSuffix("/"), "'\(base)' and a path are no address")
        self.store = store
        self.limits = limits
        self.base = base
        self.gate = gate
    }

    public func addRoutes(to http: HTTPService) {
        // Also where there is nothing.
        http.form = { response, request in
            var response = response
            if request?.method == .options { response.allowRequestsOfAllOrigins() }
            response.set("X-Content-Type-Options", "nosniff")
            response.set("Content-Security-Policy", "default-src 'none'; sandbox")
            return response
        }
        for path in ["/", "/*"] {
            http.addExchange(.get, path) { [unowned self] in deliver($0) }
            http.addExchange(.post, path) { [unowned self] in receive($0) }
        }
    }

    private func deliver(_ exchange: HTTPExchange) -> HTTPExchangeRule {
        guard let wish = MediaPath.wish(at: exchange.request.segments) else {
            return .answer(HTTPResponse(.notFound))
        }
        return .take(limit: 0, bytesPerSecond: limits.bytesPerSecond, owner: MediaDelivery(wish, store))
    }

    private func receive(_ exchange: HTTPExchange) -> HTTPExchangeRule {
        do throws(UploadRefusal) {
            let length = exchange.request.bodyLength
            if let length, length > limits.uploadBytes { throw .tooLarge }
            let upload = try MediaUpload(
                contentType: exchange.request.headers["content-type"], limit: limits.uploadBytes)
            guard uploads < limits.uploads else { throw .unavailable }
            let sender = try gate(exchange).get()
            uploads += 1
            let reception = MediaReception(
                self, upload, sender, expected: length, thumbnailOf: exchange.request.query("thumbnail_of"))
            return .take(limit: bodyLimit, bytesPerSecond: limits.bytesPerSecond, owner: reception)
        } catch {
            return .answer(Self.response(error))
        }
    }

    /// A body in chunks does not say how much of it is file.
    private var bodyLimit: Int { limits.uploadBytes + 64 << 10 }

    func uploadEnded() {
        uploads -= 1
    }

    /// One line, of the type that the original says: old clients look for both.
    static func response(_ status: HTTPStatus, _ line: [UInt8]) -> HTTPResponse {
        var response = HTTPResponse(status, type: "text/html;charset=utf-8", body: line)
        response.set("X-Content-Type-Options", "nosniff")
        response.set("Content-Security-Policy", "default-src 'none'; sandbox")
        response.set("Cache-Control", "no-store")
        // The node that took a page may be gone, and its session elsewhere.
        response.openToAllOrigins()
        return response
    }

    /// What is wrong with the upload itself is said with the status of a success, as the original does.
    static func response(_ refusal: UploadRefusal) -> HTTPResponse {
        let line = UploadAnswer.refused(refusal)
        switch refusal {
        case .tooLarge, .noDisposition, .noFileName, .noBoundary, .noDelimiter, .noPartType, .noHeadEnd, .notClosed,
            .extensionTooLong, .noExtension, .nameTooLong, .empty:
            return response(.ok, line)
        case .notAllowed: return response(.forbidden, line)
        case .overBudget, .unavailable:
            var response = response(refusal == .overBudget ? .tooManyRequests : .serviceUnavailable, line)
            response.set("Retry-After", "10")
            return response
        }
    }
}
