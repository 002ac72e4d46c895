/// What the owner of a connection is to do next.
public enum HTTPAction: Equatable, Sendable {
    case none
    /// The head of a request. Check who asks for what, then call at once `respond`, `acceptBody` to get the body, or
    /// `acceptParts` to get it as it arrives.
    case head(HTTPRequest)
    /// The next bytes of the body, after `acceptParts`. Call `partTaken` for more, at once or later; or `respond`, if
    /// the rest is of no use.
    case part([UInt8])
    /// The whole request, after `acceptBody`; after `acceptParts` without its body, all of which was given. Call
    /// `respond`, `begin` or `upgrade`, at once or later.
    case request(HTTPRequest)
    /// What was given of an answer's content, after `begin`, has left: give more, at once or later.
    case content
    /// Nothing will be written any more. Flush, shut down the writing side, and go on passing what arrives until
    /// `close`: closing a socket with unread input resets it, and the peer may lose the answer (RFC 9112, 9.6).
    case finish
    /// Close the socket.
    case close
}
