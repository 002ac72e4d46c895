import Glibc
import Primitives
import TLS

/// Connections that another loop is the right one for.
extension EventLoop {
    /// What other loops move here goes to this service: `opened` comes for it, and what was not taken there.
    public func receiveMoved(in service: StreamService) {
        moved = service
    }

    /// Gives an open connection to another loop (`receiveMoved`), with what its handler has not taken, and with its
    /// TLS. Here it is closed.
    ///
    /// Not to be called while its handler is reading. `false`: something waits to be sent, or its handshake is not
    /// over; nothing was done.
    public func move(_ handle: ConnectionHandle, to loop: Int) -> Bool {
        guard isOpen(handle), waitingBytes(handle.slot) == 0 else { return false }
        let slot = handle.slot
        let stream = connections[slot].tls
        if let stream, !stream.session.isEstablished || stream.isWaiting { return false }
        // Another name of the socket: closing this one then ends nothing.
        let copy = fcntl(connections[slot].descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { return false }
        let unread = unsafe [UInt8](connections[slot].input.bytes)
        connections[slot].tls = nil
        let traveller = Traveller(Descriptor(copy), stream, unread)
        kill(handle, .requested)
        departing.append((loop, traveller))
        return true
    }

    /// Those leave whose handlers have heard of their end: nobody counts a connection twice.
    func sendDeparting() {
        while let (loop, traveller) = departing.popLast() { peers[loop].post { $0.welcome(traveller) } }
    }

    private func welcome(_ traveller: Traveller) {
        guard let moved, let socket = traveller.socket.take(), let peer = SocketAddress(peerOf: socket.raw),
            let handle = try? adopt(socket, moved, phase: .open)
        else { return }
        counters.accepted.add(1)
        connections[handle.slot].tls = traveller.stream
        let unread = traveller.unread
        connections[handle.slot].input.append(unread.rawBytes, from: pool)
        announce(handle, peer: peer)
        pauseReading(handle)
        resumeReading(handle)
    }
}

/// A connection between two loops.
final class Traveller: @unchecked Sendable {
    // Proof of Sendable: the loop that makes it lets go of all of it, and the one that gets it is the only other one.
    var socket: Descriptor?
    let stream: SealedStream?
    let unread: [UInt8]

    fileprivate init(_ socket: consuming Descriptor, _ stream: SealedStream?, _ unread: [UInt8]) {
        self.socket = consume socket
        self.stream = stream
        self.unread = unread
    }
}
