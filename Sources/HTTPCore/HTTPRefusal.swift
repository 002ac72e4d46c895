/// Why a request was refused before anybody saw it. Each refusal closes the connection: after one of these nobody
/// can say where the next request begins. The raw value is for metrics and logs.
public enum HTTPRefusal: String, Error, CaseIterable, Sendable {
    /// A line feed without carriage return, or the other way round (RFC 9112, section 2.2).
    case badLineEnd = "bad_line_end"
    /// NUL or another control character in a line (RFC 9110, section 5.5).
    case controlByte = "control_byte"
    /// Not `method SP target SP version`; HTTP/0.9 is among these.
    case badRequestLine = "bad_request_line"
    /// The target has a forbidden sign or form (RFC 9112, section 3.2).
    case badTarget = "bad_target"
    /// `%` without two hexadecimal digits, or bytes that are not UTF-8.
    case badEncoding = "bad_encoding"
    case startLineTooLong = "start_line_too_long"
    /// Longer than any method (RFC 9112, section 3), or CONNECT: this is no proxy.
    case unknownMethod = "unknown_method"
    case unsupportedVersion = "unsupported_version"
    /// A name that is no token, or a blank before the colon (RFC 9112, section 5.1).
    case badField = "bad_field"
    /// A line that continues the one before (RFC 9112, section 5.2).
    case foldedField = "folded_field"
    case headerTooLarge = "header_too_large"
    case tooManyFields = "too_many_fields"
    /// Missing, given twice, malformed, or different from the authority of the target (RFC 9112, section 3.2).
    case badHost = "bad_host"
    /// Anything but one plain number (RFC 9110, section 8.6).
    case badContentLength = "bad_content_length"
    /// Anything but a lone `chunked` (RFC 9112, section 6.1).
    case badTransferEncoding = "bad_transfer_encoding"
    /// A compressed body in chunks: well formed, but we read no compression.
    case unsupportedTransferCoding = "unsupported_transfer_coding"
    /// Both lengths at once: the classic way to smuggle a request past a proxy (RFC 9112, section 6.3).
    case twoFramings = "two_framings"
    case badExpectation = "bad_expectation"
    case badChunk = "bad_chunk"
    case bodyTooLarge = "body_too_large"
    case tooSlow = "too_slow"

    public var status: HTTPStatus {
        switch self {
        case .badLineEnd, .controlByte, .badRequestLine, .badTarget, .badEncoding, .badField, .foldedField, .badHost,
            .badContentLength, .badTransferEncoding, .twoFramings, .badChunk:
            .badRequest
        case .startLineTooLong: .uriTooLong
        case .unknownMethod, .unsupportedTransferCoding: .notImplemented
        case .unsupportedVersion: .versionNotSupported
        case .headerTooLarge, .tooManyFields: .headerFieldsTooLarge
        case .badExpectation: .expectationFailed
        case .bodyTooLarge: .contentTooLarge
        case .tooSlow: .requestTimeout
        }
    }
}
