import Blobs
import HTTPCore
import HTTPServer
import Media
import Primitives

/// One upload: from the parts of a request's body to a file in the store, one step at a time.
final class MediaReception: HTTPExchangeOwner {
    private let service: MediaService
    private let sender: MediaSender
    private let expected: Int?
    /// The digest of what the file is a small one of; `nil`: it stands for itself.
    private let original: String?
    private var upload: MediaUpload
    private var inspection: MediaInspection
    private var writer: (any MediaWriter)?
    /// What is wrong with it. The rest of the body is read and forgotten: old clients read no answer before they have
    /// sent all of it.
    private var refusal: UploadRefusal?
    private var hasEnded = false

    init(
        _ service: MediaService, _ upload: MediaUpload, _ sender: MediaSender, expected: Int?,
        thumbnailOf original: String?
    ) {
        self.original = original
        self.service = service
        self.sender = sender
        self.expected = expected
        self.upload = upload
        inspection = MediaInspection(limit: service.limits.picture)
    }

    func received(_ bytes: [UInt8], of exchange: HTTPExchange) {
        if refusal != nil { return exchange.more() }
        var content = ByteWriter(capacity: bytes.count)
        do throws(UploadRefusal) {
            try upload.read(bytes.rawBytes, into: &content)
            try inspection.read(content.bytes)
        } catch {
            refusal = error
            discard()
            // A body without a known length could go on for ever.
            return exchange.request.bodyLength == nil ? refuse(error, exchange) : exchange.more()
        }
        if content.isEmpty { exchange.more() } else { store(content.bytes.copied(), exchange) }
    }

    func bodyEnded(_ exchange: HTTPExchange) {
        let name: ClientFileName
        let type: MediaType
        do throws(UploadRefusal) {
            if let refusal { throw refusal }
            name = try upload.finish()
            type = try inspection.finish()
        } catch {
            return refuse(error, exchange)
        }
        // A file of no bytes was refused, so there is one.
        guard let writer else { return refuse(.unavailable, exchange) }
        let original = original.map { BlobID(hex: $0) }
        if case .some(nil) = original { return refuse(.notAllowed, exchange) }
        writer.finish(as: type, thumbnailOf: original ?? nil) { [self] result in
            self.writer = nil
            switch result {
            case .success(let blob):
                let path = MediaPath(blob, named: name, type: type)
                exchange.respond(MediaService.response(.ok, UploadAnswer.stored(path, base: service.base)))
            case .failure(let failure): refuse(UploadRefusal(failure), exchange)
            }
        }
    }

    func exchangeEnded(_ exchange: HTTPExchange) {
        hasEnded = true
        discard()
        service.uploadEnded()
    }

    private func store(_ bytes: [UInt8], _ exchange: HTTPExchange) {
        if let writer { return append(bytes, to: writer, exchange) }
        service.store.begin(by: sender, expecting: expected) { [self] result in
            switch result {
            case .success(let writer):
                // Its client may be gone.
                if hasEnded { return writer.discard() }
                self.writer = writer
                append(bytes, to: writer, exchange)
            case .failure(let failure): refuse(UploadRefusal(failure), exchange)
            }
        }
    }

    private func append(_ bytes: [UInt8], to writer: any MediaWriter, _ exchange: HTTPExchange) {
        writer.append(bytes) { [self] result in
            switch result {
            case .success: exchange.more()
            case .failure(let failure): refuse(UploadRefusal(failure), exchange)
            }
        }
    }

    private func refuse(_ refusal: UploadRefusal, _ exchange: HTTPExchange) {
        discard()
        exchange.respond(MediaService.response(refusal))
    }

    private func discard() {
        writer?.discard()
        writer = nil
    }
}

extension UploadRefusal {
    fileprivate init(_ failure: MediaStoreFailure) {
        switch failure {
        case .overQuota: self = .overBudget
        case .notAllowed: self = .notAllowed
        case .unavailable: self = .unavailable
        }
    }
}
