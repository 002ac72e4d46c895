import Primitives

extension AppendQueue {
    /// For tests: what is not as it must be between two calls, if anything.
    public func checkInvariants() -> String? {
        var (sends, bytes) = (0, 0)
        for index in 0..<waiting.count {
            sends += waiting[index].count
            bytes += waiting[index].byteCount
        }
        if bytes != waitingBytes { return "\(bytes) bytes wait, \(waitingBytes) are counted" }
        sends += (current?.count ?? 0) + parked.count
        if sends != depth { return "\(sends) sends are in the queue, \(depth) are counted" }
        return parked.checkInvariants()
    }
}
