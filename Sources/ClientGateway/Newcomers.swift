import Conversations
import Reactor

/// Connections that have not logged in, by the address they come from. Where there is no room for another one the
/// oldest of the biggest address gives way: who logs in at once is never the oldest. A core.
struct Newcomers {
    enum Entrance: Equatable {
        /// The session that has to go for it, if any.
        case entered(evicting: SessionAddress?)
        /// All that could give way are being judged.
        case refused
    }

    private struct Entry {
        let address: SessionAddress
        var isJudged = false
    }

    private let capacity: Int
    private let capacityPerSite: Int
    /// The oldest first.
    private var sites: [SocketAddress.Host: [Entry]] = [:]
    /// Sites by how many of theirs there are; none at 0.
    private var sitesBySize: [Set<SocketAddress.Host>] = [[]]
    private var biggest = 0
    private(set) var count = 0

    init(capacity: Int, perSite: Int) {
        precondition(capacity > 0 && perSite > 0, "room for \(capacity) newcomers, \(perSite) of each address")
        self.capacity = capacity
        capacityPerSite = perSite
    }

    mutating func enter(_ address: SessionAddress, from site: SocketAddress.Host) -> Entrance {
        var evicted: SessionAddress?
        let isCrowded = sites[site]?.count ?? 0 >= capacityPerSite
        if isCrowded || count >= capacity {
            guard let crowd = isCrowded ? site : sitesBySize[biggest].first,
                let victim = sites[crowd]?.first(where: { !$0.isJudged })?.address
            else { return .refused }
            remove(victim, from: crowd)
            evicted = victim
        }
        resize(site) { $0.append(Entry(address: address)) }
        count += 1
        return .entered(evicting: evicted)
    }

    /// Its login is being judged: it does not give way.
    mutating func isJudged(_ address: SessionAddress, from site: SocketAddress.Host) {
        if let index = sites[site]?.firstIndex(where: { $0.address == address }) {
            sites[site]?[index].isJudged = true
        }
    }

    /// It has logged in or gone. May have been removed before.
    mutating func remove(_ address: SessionAddress, from site: SocketAddress.Host) {
        guard let index = sites[site]?.firstIndex(where: { $0.address == address }) else { return }
        resize(site) { $0.remove(at: index) }
        count -= 1
    }

    /// For tests: what is not as it must be between two calls, if anything.
    func checkInvariants() -> String? {
        let sum = sites.values.reduce(0) { $0 + $1.count }
        if sum != count { return "\(sum) are there, \(count) are counted" }
        if count > capacity { return "\(count) are there, \(capacity) may be" }
        for (site, entries) in sites where !sitesBySize[entries.count].contains(site) || entries.isEmpty {
            return "\(site) has \(entries.count) and is not listed so"
        }
        if sitesBySize.reduce(0, { $0 + $1.count }) != sites.count { return "an address is listed twice" }
        let most = sites.values.map(\.count).max() ?? 0
        return most == biggest ? nil : "the biggest has \(most), not \(biggest)"
    }

    private mutating func resize(_ site: SocketAddress.Host, _ body: (inout [Entry]) -> Void) {
        let before = sites[site]?.count ?? 0
        body(&sites[site, default: []])
        let after = sites[site]?.count ?? 0
        if after == 0 { sites[site] = nil }
        if before > 0 { sitesBySize[before].remove(site) }
        if after == sitesBySize.count { sitesBySize.append([]) }
        if after > 0 { sitesBySize[after].insert(site) }
        biggest = max(biggest, after)
        while biggest > 0, sitesBySize[biggest].isEmpty { biggest -= 1 }
    }
}
