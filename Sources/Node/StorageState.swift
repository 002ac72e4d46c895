import Conversations
import DBProxy
import Synchronization

/// What the node knows of its database.
struct StorageState: ~Copyable, Sendable {
    let health = Mutex(StorageHealth())
    let troubles = Atomic<Int>(0)
    /// Why a connection ended or none came about, the last one.
    let lastAbsence = Mutex<DatabaseTrouble?>(nil)
    let troubleLines = Mutex(LineLimit<DatabaseTrouble>())
    /// What each loop has done for which life of the database.
    let settlements: Mutex<[(life: DatabaseIdentity, setback: Conversations.Setback)?]>
    let lost = Mutex(LostMessages(messages: 0, conversations: 0))

    init(loops: Int) {
        settlements = Mutex(Array(repeating: nil, count: loops))
    }
}
