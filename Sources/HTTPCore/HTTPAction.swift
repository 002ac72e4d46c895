/// What the owner of a connection is to do next.
public enum HTTPAction: Equatable, Sendable {
    case none
    /// The head of a request. Check who asks for what, then call `respond` at once, or `acceptBody` to get the body.
    case head(HTTPRequest)
    /// The whole request, after `acceptBody`. Call `respond` or `upgrade`, at once or later.
    case request(HTTPRequest)
    /// Nothing will be written any more. Flush, shut down the writing side, and go on passing what arrives until
    /// `close`: closing a socket with unread input resets it, and the peer may lose the answer (RFC 9112, 9.6).
    case finish
    /// Close the socket.
    case close
}
