/// What one device has seen of a conversation. Messages are named by their place: how many of the run stand before.
struct DeviceLedger: Sendable {
    /// Pushed, pulled while catching up, or sent by this device and acknowledged.
    private var received = Bitmap()
    /// Found in its history at the end.
    private var read = Bitmap()
    /// Sent by it, as acknowledgements and histories say.
    private var own = Bitmap()
    /// The first place that it has not received.
    private(set) var contiguous = 0
    /// Places up to this one, exclusive, are in its history.
    private(set) var readEnd = 0
    /// The highest id that was pushed on the present connection.
    private var lastPushed: UInt32 = 0
    /// Its history has been read to the end.
    var isVerified = false

    enum PushOrder {
        case next, reordered, repeated
    }

    mutating func connected() {
        lastPushed = 0
    }

    /// A push came. An id that is not above the one before was pushed before, or should have been.
    mutating func pushed(_ id: UInt32, place: Int) -> PushOrder {
        guard id <= lastPushed else {
            lastPushed = id
            return .next
        }
        return received.contains(place) ? .repeated : .reordered
    }

    /// `false` if it had the message already.
    mutating func receive(_ place: Int) -> Bool {
        guard received.insert(place) else { return false }
        while received.contains(contiguous) { contiguous += 1 }
        return true
    }

    mutating func sent(_ place: Int) {
        own.insert(place)
        _ = receive(place)
    }

    mutating func readInHistory(_ place: Int) {
        read.insert(place)
        readEnd = max(readEnd, place + 1)
    }

    func hasReceived(_ place: Int) -> Bool { received.contains(place) }

    func hasRead(_ place: Int) -> Bool { read.contains(place) }

    /// How many messages of others stand in its history from `place` on.
    func othersInHistory(from place: Int) -> Int {
        (min(place, readEnd)..<readEnd).count { read.contains($0) && !own.contains($0) }
    }
}
