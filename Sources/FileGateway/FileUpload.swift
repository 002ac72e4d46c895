/// A file that comes to be stored: the server asks for it piece by piece, one after the other. A core.
struct FileUpload {
    /// What the original asks for.
    static let pieceBytes = 32_768

    enum Fault: Error, Equatable {
        /// Its owner cannot read it.
        case refused(code: UInt32)
        /// Not the piece that was asked for.
        case otherPiece
    }

    let byteCount: Int
    /// Bytes that came.
    private(set) var received = 0
    private(set) var isAsking = false

    init(byteCount: Int) {
        self.byteCount = byteCount
    }

    var isComplete: Bool { received == byteCount && !isAsking }

    /// The next piece to ask for; `nil`: all of it is here.
    mutating func next() -> Range<Int>? {
        precondition(!isAsking, "one piece at a time")
        if received == byteCount { return nil }
        isAsking = true
        return received..<min(received + Self.pieceBytes, byteCount)
    }

    /// The client that was asked is gone; the next one is asked again.
    mutating func pause() {
        isAsking = false
    }

    /// A piece came.
    mutating func take(code: UInt32, offset: UInt32, count: Int) throws(Fault) {
        guard isAsking else { throw .otherPiece }
        guard code == 0 else { throw .refused(code: code) }
        let expected = min(Self.pieceBytes, byteCount - received)
        guard Int(offset) == received, count == expected else { throw .otherPiece }
        received += count
        isAsking = false
    }
}
