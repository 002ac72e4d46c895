import Primitives
import Reactor

/// What carries the packets of a session, one at a time. A session knows nothing else of it.
///
/// Every call is made on the session's loop, and is ignored when the connection has ended.
protocol ClientTransport: AnyObject {
    var kind: TransportKind { get }
    func send(_ packet: RawSpan, to connection: ConnectionHandle)
    /// Says why, if it has words for it, and closes.
    func close(_ connection: ConnectionHandle, because ending: Ending)
    /// The session has logged in or has ended: how long its connection may stay without a word is another now.
    func deadlineChanged(_ connection: ConnectionHandle)
    /// Goes on reading: `Gateway.received` said that a packet has to wait for an answer, which has been given.
    var resumption: Resumption { get }
    /// Bytes that were sent and have not left the node.
    func pendingOutput(_ connection: ConnectionHandle) -> Int
}

/// What a client speaks, as metrics and logs have it.
enum TransportKind: String, CaseIterable {
    case native, websocket, poll
}

/// Why a connection is closed.
enum Ending {
    case loggedOut
    case loginRefused
    /// There is no room for it, or nobody to judge it, for now.
    case busy
    /// Its session was ended by another login, by its user or by an administrator.
    case kicked
    /// The node lets go of its clients.
    case drained
    case tooFast
    case badPacket
    /// It said nothing for too long.
    case silent
}

/// A transport over connections of a `ClientPort`, which keeps their deadlines and reads from them.
protocol PortTransport: ClientTransport {
    var port: ClientPort { get }
}

extension PortTransport {
    func deadlineChanged(_ connection: ConnectionHandle) {
        port.deadlineChanged(connection)
    }

    var resumption: Resumption { port.resumption }

    func pendingOutput(_ connection: ConnectionHandle) -> Int {
        port.loop.pendingOutput(connection)
    }
}
