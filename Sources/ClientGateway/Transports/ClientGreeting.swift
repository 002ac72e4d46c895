import Primitives
import TLS

/// What the first byte of a connection says of all that follows. A core.
enum ClientGreeting: Equatable {
    case tls
    /// A request that may open a WebSocket.
    case request
    /// Packets: the first byte is 0, as they would be too long otherwise.
    case native

    /// - Parameter takesTLS: not within TLS, and only where there is a certificate.
    init(_ first: UInt8?, takesTLS: Bool) {
        switch first {
        case TLSDoor.firstByte where takesTLS: self = .tls
        case UInt8(ascii: "G"): self = .request
        default: self = .native
        }
    }
}
