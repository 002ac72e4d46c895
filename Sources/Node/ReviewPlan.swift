import Outbox
import Settings
import TLS
import TalkProtocol

/// The configuration of the service that is asked before a message is stored.
struct ReviewPlan: Sendable {
    let url: String
    let address: WebhookAddress
    let secret: [UInt8]
    let deadline: Duration
    let whenUnanswered: UnansweredReview
    /// For a service that is sealed.
    let context: TLSContext?
    let codec: TextCodec

    /// `nil`: nobody is asked.
    init?(_ configuration: Configuration) throws {
        url = configuration[NodeSettings.reviewURL]
        if url.isEmpty { return nil }
        do throws(WebhookAddress.Flaw) { address = try WebhookAddress(url) } catch { throw Node.Failure.badReviewURL }
        secret = [UInt8](configuration[NodeSettings.reviewSecret].utf8)
        if secret.isEmpty { throw Node.Failure.noReviewSecret }
        deadline = configuration[NodeSettings.reviewDeadline]
        whenUnanswered = configuration[NodeSettings.reviewUnanswered]
        let authorities = configuration[NodeSettings.reviewAuthorities]
        do throws(TLSError) {
            context = address.isSecret ? try TLSContext(clientBelieving: authorities.isEmpty ? nil : authorities) : nil
        } catch {
            throw Node.Failure.badReviewAuthorities(error)
        }
        codec = try TextCodec()
    }
}

/// What becomes of a message when the service says nothing in time.
public enum UnansweredReview: String, CaseIterable, Sendable {
    case store
    case refuse
}
