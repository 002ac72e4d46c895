import Conversations
import Primitives
import TalkProtocol

/// Sends are reviewed before they go to their conversation, if the node has somebody for that.
extension Gateway {
    func review(_ send: Send, body: RawSpan, by reviewer: any MessageReviewer) {
        let body = body.copied()
        guard let ticket = reviews.add(send, body) else {
            return lost(LostSend(send, byteCount: body.count, because: .queueFull))
        }
        reviewer.review(send, body: body) { [weak self] isAccepted in
            guard let self else { return }
            for judged in reviews.judged(ticket, isAccepted) {
                if judged.isAccepted {
                    store(judged.send, body: judged.body.rawBytes)
                } else {
                    lost(LostSend(judged.send, byteCount: judged.body.count, because: .refusedByReview))
                }
            }
        }
    }
}
