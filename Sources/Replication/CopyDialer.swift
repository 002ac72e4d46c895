import Blobs
import Primitives

/// The side of one connection that asks one thing, as a pure state machine.
struct CopyDialer {
    enum Event: Equatable {
        /// Of a fetch: the blob has so many bytes, and those from the offset on come now.
        case size(Int)
        /// So many bytes of it.
        case part(byteCount: Int)
        /// Of an offer: the blob is to be sent.
        case send
        /// The end. Of a fetch it is `stored` when all of it came.
        case end(CopyReply)
        /// No answer to what was asked: close the connection.
        case wrong
    }

    private enum State: Equatable {
        case asked
        case fetching(left: Int)
        case sending
        case ended
    }

    let request: CopyRequest
    private let byteCount: Int
    private var state = State.asked

    /// - Parameter byteCount: of the blob.
    init(_ request: CopyRequest, byteCount: Int) {
        self.request = request
        self.byteCount = byteCount
    }

    /// Looks at what has come; `taken` is how many of the bytes are used.
    mutating func receive(_ bytes: RawSpan) -> (taken: Int, event: Event?) {
        switch state {
        case .asked, .sending:
            guard bytes.byteCount >= CopyReply.byteCount else { return (0, nil) }
            guard let reply = CopyReply(bytes.extracting(first: CopyReply.byteCount)) else { return (0, .wrong) }
            return (CopyReply.byteCount, follow(reply))
        case .fetching(let left):
            let count = min(left, bytes.byteCount)
            if left == 0 {
                state = .ended
                return (0, .end(.stored))
            }
            if count == 0 { return (0, nil) }
            state = .fetching(left: left - count)
            return (count, .part(byteCount: count))
        case .ended:
            return (0, bytes.byteCount == 0 ? nil : .wrong)
        }
    }

    private mutating func follow(_ reply: CopyReply) -> Event {
        switch (reply, request) {
        case (.sending(byteCount), .fetch(_, let offset)) where state == .asked && offset <= byteCount:
            state = .fetching(left: byteCount - offset)
            return .size(byteCount)
        case (.wanted, .offer) where state == .asked:
            state = .sending
            return .send
        case (.absent, .fetch) where state == .asked, (.stored, .offer), (.full, .offer), (.failed, _), (.busy, _):
            state = .ended
            return .end(reply)
        case (.sending, _), (.wanted, _), (.absent, _), (.stored, _), (.full, _):
            return .wrong
        }
    }
}
