import Primitives
public import Reactor
import TalkProtocol

/// What carries the packets of a session: TCP today. A session knows nothing else of it.
///
/// Every call is made on the session's loop, and is ignored when the connection has ended.
public protocol ClientTransport: AnyObject {
    func send(_ packet: RawSpan, to connection: ConnectionHandle)
    func close(_ connection: ConnectionHandle, _ mode: CloseMode)
    /// The session is its user's now: the deadline for its login is over, and its times of silence begin.
    func loggedIn(_ connection: ConnectionHandle)
    /// Bytes that were sent and have not left the node.
    func pendingOutput(_ connection: ConnectionHandle) -> Int
}
