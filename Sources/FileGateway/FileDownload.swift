/// A stored file that is fetched: the client asks for pieces by their offsets, as often as it wants. A core.
///
/// The length that a client asks for means nothing, as with the original: each piece has 32,768 bytes, the last one
/// what is left.
struct FileDownload {
    let byteCount: Int

    /// The piece at an offset; `nil`: there is none.
    func piece(at offset: UInt32) -> Range<Int>? {
        let start = Int(offset)
        guard start < byteCount || start == 0 && byteCount == 0 else { return nil }
        return start..<min(start + FileUpload.pieceBytes, byteCount)
    }

    /// Whether nothing is left behind a piece.
    func isLast(_ piece: Range<Int>) -> Bool { piece.upperBound == byteCount }
}
