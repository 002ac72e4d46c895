/// Receives readiness of a descriptor that the loop does not own: a database socket, a listener, a UDP socket.
public protocol DescriptorHandler: AnyObject {
    func ready(readable: Bool, writable: Bool)
}

/// Names a watched descriptor.
public struct WatchID: Hashable, Sendable {
    fileprivate let slot: UInt32
    fileprivate let generation: UInt32
}

/// The watched descriptors of a loop. There are few (tens), so an array of handlers is enough.
struct WatchTable {
    private struct Entry {
        var generation: UInt32 = 0
        var descriptor: Int32 = -1
        var handler: (any DescriptorHandler)?
    }

    private var entries: [Entry] = []

    mutating func add(_ descriptor: Int32, _ handler: any DescriptorHandler) -> (WatchID, token: UInt64) {
        let slot = entries.firstIndex { $0.handler == nil } ?? entries.count
        if slot == entries.count { entries.append(Entry()) }
        entries[slot].generation &+= 1
        entries[slot].descriptor = descriptor
        entries[slot].handler = handler
        let watch = WatchID(slot: UInt32(slot), generation: entries[slot].generation)
        return (watch, token(of: watch))
    }

    /// The descriptor that was watched; `nil` if the watch is over already.
    mutating func remove(_ watch: WatchID) -> Int32? {
        guard isCurrent(watch) else { return nil }
        entries[Int(watch.slot)].handler = nil
        return entries[Int(watch.slot)].descriptor
    }

    func descriptor(of watch: WatchID) -> Int32? {
        isCurrent(watch) ? entries[Int(watch.slot)].descriptor : nil
    }

    func token(of watch: WatchID) -> UInt64 {
        Token.make(.watch, slot: watch.slot, generation: watch.generation)
    }

    func handler(of token: UInt64) -> (any DescriptorHandler)? {
        let handle = Token.handle(of: token)
        let slot = Int(handle.slot)
        guard slot < entries.count, entries[slot].generation == handle.generation else { return nil }
        return entries[slot].handler
    }

    private func isCurrent(_ watch: WatchID) -> Bool {
        let slot = Int(watch.slot)
        return slot < entries.count && entries[slot].generation == watch.generation && entries[slot].handler != nil
    }
}

extension EventLoop {
    /// Starts reporting readiness of `descriptor`, which stays the caller's to close (after `unwatch`).
    public func watch(
        _ descriptor: Int32, reading: Bool, writing: Bool, _ handler: any DescriptorHandler
    ) throws(SystemError) -> WatchID {
        let (watch, token) = watches.add(descriptor, handler)
        do {
            try epoll.add(descriptor, interest(reading, writing), token: token)
        } catch {
            _ = watches.remove(watch)
            throw error
        }
        return watch
    }

    public func updateWatch(_ watch: WatchID, reading: Bool, writing: Bool) throws(SystemError) {
        guard let descriptor = watches.descriptor(of: watch) else { return }
        try epoll.modify(descriptor, interest(reading, writing), token: watches.token(of: watch))
    }

    public func unwatch(_ watch: WatchID) {
        if let descriptor = watches.remove(watch) { epoll.remove(descriptor) }
    }

    private func interest(_ reading: Bool, _ writing: Bool) -> Epoll.Interest {
        var interest: Epoll.Interest = []
        if reading { interest.insert(.read) }
        if writing { interest.insert(.write) }
        return interest
    }
}
