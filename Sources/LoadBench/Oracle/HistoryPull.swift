/// Reads a conversation backwards in pages, as clients do: newest first, down to what is known already.
struct HistoryPull: Sendable {
    static let pageLength: UInt32 = 100

    /// Ids up to this one are not wanted.
    let floor: UInt32
    private var isFinished = false
    /// The highest id wanted next; 0 for the newest there is.
    private var begin: UInt32

    /// - Parameter newest: 0 if it is not known.
    init(above floor: UInt32, from newest: UInt32 = 0) {
        self.floor = floor
        begin = newest
        isFinished = newest != 0 && newest <= floor
    }

    /// What to ask for next; `nil` when everything was read.
    var request: (begin: UInt32, count: UInt32)? {
        if isFinished { return nil }
        return (begin, begin == 0 ? Self.pageLength : min(Self.pageLength, begin - floor))
    }

    /// A page came. A page may be shorter than asked for, if its packet would have become too long: only an empty one
    /// means that there is no more.
    /// - Parameter lowest: the lowest id of the page, `nil` if it was empty.
    mutating func received(lowest: UInt32?) {
        // A page above what was asked for would lead in circles.
        guard let lowest, lowest > floor, lowest - 1 > floor, begin == 0 || lowest <= begin else {
            isFinished = true
            return
        }
        begin = lowest - 1
    }
}
