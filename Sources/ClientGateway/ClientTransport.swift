import Primitives
public import Reactor
import TalkProtocol

/// What carries the packets of a session: TCP today. A session knows nothing else of it.
///
/// Every call is made on the session's loop, and is ignored when the connection has ended.
public protocol ClientTransport: AnyObject {
    func send(_ packet: RawSpan, to connection: ConnectionHandle)
    func close(_ connection: ConnectionHandle, _ mode: CloseMode)
    /// The session has logged in or has ended: how long its connection may stay without a word is another now.
    func deadlineChanged(_ connection: ConnectionHandle)
    /// Goes on reading: `Gateway.received` said that a packet has to wait for an answer, which has been given.
    func resume(_ connection: ConnectionHandle)
    /// Bytes that were sent and have not left the node.
    func pendingOutput(_ connection: ConnectionHandle) -> Int
}
