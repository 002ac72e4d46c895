import Reactor

/// How many connections the files that a process may open are enough for. Who fills one port takes nothing from
/// another one, and administrators always get in: what is beyond is refused while there are descriptors to refuse
/// it with.
struct FileBudget: Sendable, Equatable {
    /// Clients that have logged in.
    let clients: Int
    /// Those that have not.
    let newcomers: Int
    /// Of each HTTP port.
    let http: Int

    /// Connections to and from other nodes, four for each.
    private static let peers = 64
    /// Standard streams, libraries, name look-ups.
    private static let process = 32
    /// Epoll, mailbox, timers, listeners, and what accepting needs.
    private static let perLoop = 10

    /// - Parameters:
    ///   - files: that may be open.
    ///   - wanted: by the settings.
    ///   - loops: of clients.
    ///   - connections: to databases, of each of them.
    ///   - httpPorts: one for the public, one for administrators, perhaps one for pictures.
    init(
        files: Int, wanted: (clients: Int, newcomers: Int, http: Int), loops: Int, connections: Int, httpPorts: Int = 2
    ) {
        let own = Self.process + Self.peers + (loops + 1) * Self.perLoop + loops * connections
        let rest = max(0, files - own)
        http = min(wanted.http, max(4, rest / 8))
        let room = max(2, rest - httpPorts * http)
        if wanted.clients + wanted.newcomers <= room {
            (clients, newcomers) = (wanted.clients, wanted.newcomers)
        } else {
            newcomers = min(wanted.newcomers, max(1, room / 4))
            clients = min(wanted.clients, room - newcomers)
        }
    }
}
