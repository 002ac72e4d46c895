import Primitives

/// The bytes of a voice message: the duration, then the audio as the client encoded it. Neither encrypted nor Base64.
public struct AudioBody: ~Escapable {
    public let duration: Duration
    public let audio: RawSpan

    private static let headByteCount = 4

    /// `nil` if there is no audio or it lasts no time; clients cannot play such a message.
    @_lifetime(copy body)
    public init?(_ body: RawSpan) {
        guard let seconds = body.bigEndian(at: 0, as: UInt32.self), seconds > 0,
            body.byteCount > Self.headByteCount
        else { return nil }
        duration = .seconds(Int64(seconds))
        audio = body.extracting(droppingFirst: Self.headByteCount)
    }
}
