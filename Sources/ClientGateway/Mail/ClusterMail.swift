import Primitives
import Reactor

/// What the gateways of a node say to its cluster loop.
enum ClusterMail: UInt8, CaseIterable {
    /// A message for other nodes: `Publication`.
    case publish = 32
    /// A session is the user's: `SessionOpened`.
    case opened
    /// It is no more: `SessionClosed`.
    case closed
    /// A session says something of a call: `CallMail`.
    case call
}

extension EventLoop {
    func post(_ mail: ClusterMail, to loop: Int, _ write: (inout ByteWriter) -> Void) {
        post(kind: mail.rawValue, to: loop, write)
    }
}
