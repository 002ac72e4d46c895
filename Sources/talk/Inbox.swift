import TalkProtocol

/// Brings the messages of one conversation into the order of their ids, each of them once, whether it was pushed, asked
/// for, or is an own one that was acknowledged. A core.
struct Inbox {
    struct Item: Equatable {
        /// What to show; nothing for what is known already.
        let text: String?
        let sender: UserID
        let isOwn: Bool
    }

    /// Of what arrives unasked ahead of others so much is kept; the rest is forgotten, and asked for in its turn.
    private static let maxWaiting = 10_000
    /// As many as one question may name.
    static let maxMissing = 100

    /// Everything up to this id has been shown; `nil` as long as it is not known where to begin.
    private(set) var shown: UInt32?
    /// The highest id that is known to exist.
    private var head: UInt32 = 0
    private var waiting: [UInt32: Item] = [:]
    /// Where to begin, if enough unread messages lie behind it.
    private var beginning: (floor: UInt32, unread: UInt32)?
    /// A question for what is missing waits for its answer.
    var isAsking = false

    mutating func arrived(_ id: UInt32, _ item: Item, isAsked: Bool = false) {
        guard id > shown ?? 0 else { return }
        head = max(head, id)
        guard waiting[id] == nil, isAsked || waiting.count < Self.maxWaiting else { return }
        waiting[id] = item
    }

    /// The newest message and how many are unread, as the server counts: without the own ones.
    mutating func announced(_ latest: UInt32, unread: UInt32) {
        head = max(head, latest)
        guard shown == nil, beginning == nil, unread > 0 else { return }
        beginning = (latest - min(latest, unread), unread)
    }

    /// These were asked for and do not exist.
    mutating func absent(_ ids: [UInt32]) {
        for id in ids { arrived(id, Item(text: nil, sender: UserID(0), isOwn: true), isAsked: true) }
    }

    /// What has to be asked for before anything else can be shown, lowest first.
    var missing: [UInt32] {
        guard let floor = shown ?? beginning?.floor, floor < head else { return [] }
        return Array((floor + 1...head).lazy.filter { waiting[$0] == nil }.prefix(Self.maxMissing))
    }

    /// What can be shown now.
    mutating func take() -> [Item] {
        if shown == nil { begin() }
        guard var last = shown else { return [] }
        var items: [Item] = []
        while last < .max, let item = waiting.removeValue(forKey: last + 1) {
            last += 1
            if item.text != nil { items.append(item) }
        }
        shown = last
        return items
    }

    /// Own messages lie between the unread ones: only what was fetched tells how far back these go.
    private mutating func begin() {
        guard let (floor, unread) = beginning else {
            shown = waiting.keys.min().map { $0 - 1 }
            return
        }
        guard missing.isEmpty else { return }
        let found = waiting.values.count { !$0.isOwn }
        if found < unread, floor > 0 {
            beginning = (floor - min(floor, unread - UInt32(found)), unread)
        } else {
            shown = floor
            beginning = nil
        }
    }
}
