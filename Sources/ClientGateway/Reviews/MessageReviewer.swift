public import Conversations

/// A service that is asked whether a message may be stored. Confined to its loop.
public protocol MessageReviewer: AnyObject {
    /// - Parameters:
    ///   - body: as clients write it.
    ///   - completion: called once, within a deadline, on this loop: whether the message is stored.
    func review(_ send: Send, body: [UInt8], _ completion: @escaping (_ isAccepted: Bool) -> Void)
}
