import Primitives
import Reactor
import TalkProtocol

/// One user on one device, for the life of a run. Belongs to the loop of its driver.
final class Client {
    enum Link {
        case offline, finding, connecting, loggingIn, online
        /// Refused or kicked: not to come back.
        case out
    }

    /// What it has to find out from the server, besides sending and receiving.
    enum Task {
        case none
        /// Where the conversation begins.
        case preparing
        /// It was away: is there something new?
        case catchingUp
        /// It was away, and there is.
        case fetching(HistoryPull, through: UInt32)
        /// What came between pages and pushes, by id.
        case filling(through: UInt32)
        /// The whole run, for the oracle.
        case reading(HistoryPull)
        /// The unread count, asked for until it is right or the time is over.
        case counting(until: Instant)
    }

    struct Question {
        let sequence: UInt16
        let asked: Instant
    }

    let index: Int
    let name: String
    let conversation: Conversation?
    /// Which device of the conversation it is.
    let slot: Int
    /// Its place among all senders of the run; `nil` if it only listens.
    let senderNumber: Int?

    var link = Link.offline
    var connection: ConnectionHandle?
    /// It has asked for a WebSocket.
    var isOpening = false
    var user = UserID(0)
    /// Attempts to log in since the last success.
    var attempts = 0
    /// When the present login was to begin.
    var joinDue = Instant.never
    var hasBeenOnline = false
    /// From the end of its connection to the next login.
    var absence: Absence?
    /// It was online when the drain ended, so everything must have reached it.
    var wasOnline = false

    var window = SendWindow()
    /// Sends that are due and could not be made yet.
    var owed = 0
    /// Sends made, each for the first time.
    var sentCount = 0

    var task = Task.none
    /// The question that waits for its answer; there is one at a time.
    var question: Question?
    private var questions: UInt16 = 0

    var heartbeatSent: Instant?
    var lastHeard = Instant(nanoseconds: 0)
    /// The highest id it has said it read.
    var readMark: UInt32 = 0
    var receivedSinceReadAck = 0

    init(index: Int, name: String, conversation: Conversation?, slot: Int, senderNumber: Int?) {
        self.index = index
        self.name = name
        self.conversation = conversation
        self.slot = slot
        self.senderNumber = senderNumber
    }

    /// A sequence number for a question; those of sends are below 0x8000.
    func nextQuestion(at now: Instant) -> UInt16 {
        questions = (questions + 1) & 0x7FFF
        let sequence = questions | 0x8000
        question = Question(sequence: sequence, asked: now)
        return sequence
    }
}
