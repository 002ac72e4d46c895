import Blobs
import DBProxy
import HTTPServer
import Primitives
import Reactor
import Replication
import Settings
import TLS

/// The loop of pictures, files and their copies: megabytes that no chat waits for.
final class MediaLoop {
    private static let statusPeriod: Duration = .seconds(1)

    private let loop: EventLoop
    private let state: NodeState
    private let database: Database
    private let keeper: BlobKeeper
    private let upkeep: BlobUpkeep
    private let http: HTTPService
    let address: SocketAddress

    /// Listens.
    init(
        _ loop: EventLoop, _ plan: NodePlan, _ media: MediaPlan, _ state: NodeState, disk: WorkerPool,
        resolver: NameResolver, wallClock: @escaping @Sendable () -> UnixTime
    ) throws {
        self.loop = loop
        self.state = state
        var configuration = plan.database
        configuration.lanes = 0
        database = Database(configuration, resolver: resolver, on: loop)
        database.reportTroubles { [state] in state.report($0) }
        let store: DirectoryStore
        do throws(DirectoryStore.Failure) {
            store = try DirectoryStore(at: media.folder, reserve: media.reserve)
        } catch {
            throw Node.Failure.badMediaFolder(media.folder, error)
        }
        let client = CopyClient(try TLSContext(sharing: media.key, accepts: false), disk: disk, on: loop)
        keeper = BlobKeeper(
            store, copies: media.copies, disk: disk, client: client, database: database, resolver: resolver, on: loop)
        http = HTTPService(census: state.mediaHTTP, door: state.doors.media, wallClock: wallClock, on: loop)
        let service = loop.register(http, limits: StreamLimits())
        let door = CopyDoor(
            try TLSContext(sharing: media.key, accepts: true), nodes: CopyPort(store, disk: disk, on: loop) { _ in },
            on: loop
        ) { [loop, http] handle, peer in
            let nothing: [UInt8] = []
            loop.handOver(handle, to: service, unread: nothing.rawBytes)
            http.opened(handle, peer: peer)
        }
        let listener = try Node.bind(NodeSettings.mediaListen.name, media.listen) { address throws(SystemError) in
            try loop.listen(
                on: address, loop.register(door, limits: StreamLimits()), acceptsPerSecond: plan.acceptsPerSecond)
        }
        address = listener.address
        upkeep = BlobUpkeep(
            keeper, node: plan.name, host: plan.cluster.host, port: listener.address.port, timing: media.timing,
            wallClock: wallClock)
        upkeep.start()
        tellStatus()
    }

    /// Also what keeps this object alive as long as its loop runs.
    private func tellStatus() {
        state.report(media: upkeep.report)
        loop.schedule(after: Self.statusPeriod) { [self] in tellStatus() }
    }
}
