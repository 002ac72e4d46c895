import Blobs
import DBProxy
import HTTPCore
import HTTPServer
import Replication

/// A stored file that its receiver gets: all of it or a range, from whichever node he asks.
final class FileDelivery: HTTPExchangeOwner {
    private let service: FileService

    init(_ service: FileService) {
        self.service = service
    }

    /// A request for a file has no body.
    func received(_ bytes: [UInt8], of exchange: HTTPExchange) {
        exchange.more()
    }

    func bodyEnded(_ exchange: HTTPExchange) {
        service.admit(exchange.request, exchange.parameters["task"], bringing: false) { [self] admission in
            switch admission {
            case .success((let task, .get(let blob))):
                service.desk.open(blob, of: task) { [self] stored in
                    guard let stored else { return exchange.respond(FileReply.problem(.unavailable).response) }
                    give(stored, blob, task, exchange)
                }
            case .success: exchange.respond(FileReply.problem(.noFile).response)
            case .failure(let problem): exchange.respond(FileReply.problem(problem).response)
            }
        }
    }

    func exchangeEnded(_ exchange: HTTPExchange) {}

    private func give(_ stored: StoredBlob, _ blob: BlobID, _ task: FileTask, _ exchange: HTTPExchange) {
        let tag = "\"\(blob)\""
        switch HTTPByteRange(of: exchange.request, tag: tag, length: stored.byteCount) {
        case .whole:
            exchange.respond(response(.ok, blob, task), with: stored.file, 0..<stored.byteCount)
        case .part(let range):
            var response = response(.partialContent, blob, task)
            let last = range.upperBound - 1
            response.put("Content-Range", "bytes \(range.lowerBound)-\(last)/\(stored.byteCount)")
            exchange.respond(response, with: stored.file, range)
        case .unsatisfiable:
            var response = HTTPResponse(.rangeNotSatisfiable)
            response.put("Content-Range", "bytes */\(stored.byteCount)")
            exchange.respond(response)
        }
    }

    /// Whatever it is, it is saved and not shown: it was sent by a user.
    private func response(_ status: HTTPStatus, _ blob: BlobID, _ task: FileTask) -> HTTPResponse {
        var response = HTTPResponse(status, type: "application/octet-stream")
        response.put("ETag", "\"\(blob)\"")
        response.put("Repr-Digest", blob.digestField)
        response.put("Content-Disposition", "attachment; filename*=UTF-8''\(task.baseName.percentEncoded)")
        response.set("Accept-Ranges", "bytes")
        response.set("Cache-Control", "private, no-store")
        response.set("X-Content-Type-Options", "nosniff")
        response.set("Content-Security-Policy", "default-src 'none'; sandbox")
        response.set("Referrer-Policy", "no-referrer")
        response.openToAllOrigins()
        return response
    }
}

extension HTTPResponse {
    /// For values without control characters: digits, digests and what is percent-encoded.
    fileprivate mutating func put(_ name: StaticString, _ value: String) {
        do throws(HTTPFieldError) {
            try set(name, to: value)
        } catch {
            preconditionFailure("\(error) in '\(value)'")
        }
    }
}

extension String {
    /// As `filename*` wants it (RFC 8187, section 3.2).
    fileprivate var percentEncoded: String {
        utf8.map { byte in
            let isPlain = switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
            default: false
            }
            if isPlain { return String(UnicodeScalar(byte)) }
            let hex = String(byte, radix: 16, uppercase: true)
            return hex.utf8.count == 1 ? "%0\(hex)" : "%\(hex)"
        }.joined()
    }
}
