public import Membership
public import TalkProtocol

/// What the shell has to do or to know.
public enum PresenceEffect: Equatable, Sendable {
    /// Send a frame on the link to the peer, in the order of the effects.
    case send([UInt8], to: Peer)
    /// A peer waits for a repair: ask for `nextRepairFrame` whenever its lane has room, until there is none.
    case repairWaiting(Peer)
    /// What can be seen of the user has changed because of another node.
    case changed(UserID)
    /// The sessions of the peer disappeared a moment ago. `pcs`: some of the users whose PCs these were, each of whom
    /// is told once, unless `shown` comes first.
    case hidden(Peer, pcs: [UserID])
    /// The sessions of the peer can be seen again. Who has changed in the meantime is told with `changed`.
    case shown(Peer)
    /// The user has logged in later elsewhere: close his session of the class if its login epoch is `upTo` or less.
    case supersede(UserID, DeviceClass, upTo: LoginEpoch)
    /// The peer sent what is no frame. Nothing of it was used.
    case malformed(Peer)
    /// There was no room for a session of the peer, or for the peer itself. It is tried again with every summary.
    case overrun(Peer)
}
