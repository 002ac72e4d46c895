import Primitives

/// The bytes of a voice message: the duration, then the audio as the client encoded it. Neither encrypted nor Base64.
public struct AudioBody: ~Escapable {
    public let duration: Duration
    public let audio: RawSpan

    /// `nil` if there is no audio or it lasts no time; clients cannot play such a message.
    @_lifetime(copy body)
    public init?(_ body: RawSpan) {
        var reader = ByteReader(body)
        guard let seconds: UInt32 = reader.read(), seconds > 0, !reader.isAtEnd else { return nil }
        duration = .seconds(Int64(seconds))
        audio = reader.readRest()
    }
}
