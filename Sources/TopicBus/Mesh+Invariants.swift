import Membership
import Primitives

extension Mesh {
    /// For tests: what is not as it must be between two calls, if anything.
    public func checkInvariants() -> String? {
        if peers.count != peerList.count { return "\(peers.count) peers, \(peerList.count) in their list" }
        if links.count != linkList.count { return "\(links.count) links, \(linkList.count) in their list" }
        if Set(pending).count != pending.count { return "a link is pending twice" }
        if let gone = pending.first(where: { links[$0] == nil }) { return "\(gone) is pending and gone" }
        var (frames, bytes) = (0, 0)
        for state in peerList {
            if peers[state.peer.node] !== state { return "\(state.peer) is listed, and another one known" }
            if let flaw = state.checkInvariants() { return "\(state.peer): \(flaw)" }
            frames += state.backlog.frames
            bytes += state.backlog.bytes
        }
        return frames == total.value.frames && bytes == total.value.bytes
            ? nil : "\(frames) messages of \(bytes) bytes wait, \(total.value) are counted"
    }
}

extension BusPeer {
    fileprivate func checkInvariants() -> String? {
        var (frames, bytes) = (0, 0)
        for lane in Lane.allCases {
            if let flaw = self[lane].sender.checkInvariants() { return "\(lane): \(flaw)" }
            frames += self[lane].sender.frameCount
            bytes += self[lane].sender.byteCount
        }
        return frames == backlog.frames && bytes == backlog.bytes
            ? nil : "\(frames) messages of \(bytes) bytes in its lanes, \(backlog) are counted"
    }
}
