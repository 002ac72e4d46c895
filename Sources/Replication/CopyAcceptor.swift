import Blobs
import Primitives

/// The side of one connection that is asked, as a pure state machine: which of the bytes that come are a request, and
/// which are a blob.
struct CopyAcceptor {
    enum Event: Equatable {
        /// To be answered by `refuse`, `send` or `take`.
        case request(CopyRequest)
        /// So many bytes of what is being taken.
        case part(byteCount: Int)
        /// What came is no request, or comes out of turn: close the connection.
        case wrong
    }

    private enum State: Equatable {
        case idle
        /// The owner has a request, or is sending what was asked for.
        case answering
        case taking(left: Int)
        /// All of it is here; whether it is stored is not said yet.
        case taken
    }

    private var state = State.idle

    /// Whether all of what is being taken is here.
    var isComplete: Bool { state == .taken }

    /// Looks at what has come; `taken` is how many of the bytes are used.
    mutating func receive(_ bytes: RawSpan) -> (taken: Int, event: Event?) {
        switch state {
        case .idle:
            guard bytes.byteCount >= CopyRequest.byteCount else { return (0, nil) }
            guard let request = CopyRequest(bytes.extracting(first: CopyRequest.byteCount)) else { return (0, .wrong) }
            state = .answering
            return (CopyRequest.byteCount, .request(request))
        case .taking(let left):
            let count = min(left, bytes.byteCount)
            if count == 0 { return (0, nil) }
            state = count == left ? .taken : .taking(left: left - count)
            return (count, .part(byteCount: count))
        case .answering, .taken:
            // One thing after the other.
            return (0, bytes.byteCount == 0 ? nil : .wrong)
        }
    }

    /// A blob of so many bytes is wanted, and comes now.
    mutating func take(_ byteCount: Int) {
        precondition(state == .answering, "what was not offered cannot be taken: \(state)")
        state = byteCount == 0 ? .taken : .taking(left: byteCount)
    }

    /// The last word of the answer is said; the next request may come.
    mutating func finish() {
        precondition(state == .answering || state == .taken, "there is no answer to end: \(state)")
        state = .idle
    }
}
