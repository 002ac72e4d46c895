import Blobs
import HTTPCore
import HTTPServer
import Media

/// One file that is asked for: all of it or a range, unless the client has it already.
///
/// What is under a digest never changes, so it may be kept for ever; what is small for a day, as a picture may get or
/// lose its small one. It was sent by users: nothing but what cannot run has a type of its own, no browser guesses
/// another one, and what runs nevertheless is alone in a sandbox.
final class MediaDelivery: HTTPExchangeOwner {
    private let wish: MediaPath.Wish
    private let store: any MediaStore

    init(_ wish: MediaPath.Wish, _ store: any MediaStore) {
        self.wish = wish
        self.store = store
    }

    /// A request for a file has no body.
    func received(_ bytes: [UInt8], of exchange: HTTPExchange) {
        exchange.more()
    }

    func bodyEnded(_ exchange: HTTPExchange) {
        guard wish.isSmall else { return find(wish.blob, exchange) }
        store.thumbnail(of: wish.blob) { [self] result in
            switch result {
            case .success(let small): find(small ?? wish.blob, exchange)
            case .failure: exchange.respond(Self.notNow)
            }
        }
    }

    private func find(_ blob: BlobID, _ exchange: HTTPExchange) {
        store.find(blob) { [self] result in
            switch result {
            case .success(let media?): give(media, blob, exchange)
            case .success(nil): exchange.respond(HTTPResponse(.notFound))
            case .failure: exchange.respond(Self.notNow)
            }
        }
    }

    private static var notNow: HTTPResponse {
        var response = HTTPResponse(.serviceUnavailable)
        response.set("Retry-After", "5")
        return response
    }

    func exchangeEnded(_ exchange: HTTPExchange) {}

    private func give(_ media: StoredMedia, _ blob: BlobID, _ exchange: HTTPExchange) {
        let tag = "\"\(blob)\""
        if exchange.request.knows(tag: tag) { return exchange.respond(response(.notModified, media, tag)) }
        switch HTTPByteRange(of: exchange.request, tag: tag, length: media.byteCount) {
        case .whole:
            exchange.respond(response(.ok, media, tag), with: media.file, 0..<media.byteCount)
        case .part(let range):
            var response = response(.partialContent, media, tag)
            let last = range.upperBound - 1
            set("Content-Range", to: "bytes \(range.lowerBound)-\(last)/\(media.byteCount)", of: &response)
            exchange.respond(response, with: media.file, range)
        case .unsatisfiable:
            var response = HTTPResponse(.rangeNotSatisfiable)
            set("Content-Range", to: "bytes */\(media.byteCount)", of: &response)
            exchange.respond(response)
        }
    }

    private func response(_ status: HTTPStatus, _ media: StoredMedia, _ tag: String) -> HTTPResponse {
        var response = HTTPResponse(status, type: media.type.name)
        set("ETag", to: tag, of: &response)
        response.set("Accept-Ranges", "bytes")
        response.set(
            "Cache-Control", wish.isSmall ? "public, max-age=86400" : "public, max-age=31536000, immutable")
        response.set("Content-Disposition", media.type == .bytes ? "attachment" : "inline")
        response.set("X-Content-Type-Options", "nosniff")
        response.set("Content-Security-Policy", "default-src 'none'; sandbox")
        response.set("Referrer-Policy", "no-referrer")
        return response
    }

    /// Digits of a digest or of a number can stand in a field.
    private func set(_ name: StaticString, to value: String, of response: inout HTTPResponse) {
        do throws(HTTPFieldError) {
            try response.set(name, to: value)
        } catch {
            preconditionFailure("\(error) in '\(value)'")
        }
    }
}
