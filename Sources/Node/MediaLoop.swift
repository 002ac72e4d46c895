import Accounts
import Blobs
import DBProxy
import FileGateway
import HTTPCore
import HTTPServer
import Media
import MediaGateway
import Primitives
import Reactor
import Replication
import Settings
import TalkProtocol
import TLS

/// The loop of pictures, files and their copies: megabytes that no chat waits for.
final class MediaLoop {
    private static let statusPeriod: Duration = .seconds(1)
    /// Requests of the public port that are answered here.
    static let publicRequests = HTTPRequestStarts([
        "GET /g0/", "HEAD /g0/", "POST /upload", "OPTIONS /upload", "GET /files/", "HEAD /files/", "POST /files/",
        "PUT /files/", "OPTIONS /files/",
    ])

    private let loop: EventLoop
    private let state: NodeState
    private let database: Database
    private let keeper: BlobKeeper
    private let upkeep: BlobUpkeep
    private let service: MediaService
    private let http: HTTPService
    /// Connections of the public port that ask for pictures.
    private let guests: HTTPService
    private let files: FilePort
    private let fileService: FileService
    let address: SocketAddress
    let filesAddress: SocketAddress

    /// Listens.
    init(
        _ loop: EventLoop, _ plan: NodePlan, _ media: MediaPlan, _ state: NodeState, disk: WorkerPool,
        resolver: NameResolver, wallClock: @escaping @Sendable () -> UnixTime
    ) throws {
        self.loop = loop
        self.state = state
        var configuration = plan.database
        configuration.appendConnections = 0
        database = Database(configuration, resolver: resolver, on: loop)
        database.reportTroubles { [state] in state.report($0) }
        let store = try Self.open(media)
        let client = CopyClient(try TLSContext(sharing: media.key, accepts: false), disk: disk, on: loop)
        keeper = BlobKeeper(
            store, copies: media.copies, disk: disk, client: client, database: database, resolver: resolver,
            bucket: media.bucket?.open(disk: disk, resolver: resolver, wallClock: wallClock, on: loop),
            home: media.home, on: loop)
        let pace = UploadPace(media.pace)
        var limits = MediaLimits()
        limits.uploadBytes = media.uploadBytes
        let storage = MediaStorage(
            keeper, database, quota: media.quota, largest: media.uploadBytes, isOpen: media.isOpen, on: loop)
        service = MediaService(storage, limits: limits, base: "/") { [loop] exchange in
            guard pace.take(exchange.peer.host.site, at: loop.now) else { return .failure(.overBudget) }
            return Self.sender(of: exchange, media, at: wallClock())
        }
        http = HTTPService(census: state.mediaHTTP, door: state.doors.media, wallClock: wallClock, on: loop)
        guests = HTTPService(census: state.publicHTTP, door: state.doors.http, wallClock: wallClock, on: loop)
        let desk = FileDesk(keeper, database, life: media.fileLife, on: loop)
        fileService = FileService(desk, version: ProductVersion.current)
        for port in [http, guests] {
            service.addRoutes(to: port)
            fileService.addRoutes(to: port)
        }
        guests.giveAll(but: Self.publicRequests) { [loop] in Int(loop.random.next() % UInt64(plan.loops)) }
        loop.receiveMoved(in: loop.register(guests, limits: StreamLimits()))
        let stream = loop.register(http, limits: StreamLimits())
        let nodes = CopyPort(
            store, disk: disk, on: loop, number: { [keeper] in keeper.number },
            damaged: { [keeper] in keeper.forget($0) })
        let door = CopyDoor(try TLSContext(sharing: media.key, accepts: true), nodes: nodes, on: loop) {
            [loop, http] handle, peer in
            let nothing: [UInt8] = []
            loop.handOver(handle, to: stream, unread: nothing.rawBytes)
            http.opened(handle, peer: peer)
        }
        let listener = try Node.bind(NodeSettings.mediaListen.name, media.listen) { address throws(SystemError) in
            try loop.listen(
                on: address, loop.register(door, limits: StreamLimits()), acceptsPerSecond: plan.acceptsPerSecond)
        }
        files = FilePort(
            desk, door: state.doors.files, isBehindProxy: media.filesAreBehindProxy, on: loop)
        var fileLimits = StreamLimits()
        // All that may be asked for at once, and not read.
        fileLimits.maxOutputBytes = 2 << 20
        let fileService = loop.register(files, limits: fileLimits)
        let fileListener = try Node.bind(NodeSettings.filesListen.name, media.files) { address throws(SystemError) in
            try loop.listen(on: address, fileService, acceptsPerSecond: plan.acceptsPerSecond)
        }
        filesAddress = fileListener.address
        address = listener.address
        service.base = media.url(
            host: plan.advertised?.host ?? plan.ports.client.hostText, port: listener.address.port)
        upkeep = BlobUpkeep(
            keeper, node: plan.name, host: plan.cluster.host, port: listener.address.port, timing: media.timing,
            wallClock: wallClock)
        upkeep.start()
        if media.bucket != nil { BlobMover(keeper).start() }
        tellStatus()
    }

    /// Whoever shows a token must show a good one.
    private static func sender(
        of exchange: HTTPExchange, _ media: MediaPlan, at time: UnixTime
    ) -> Result<MediaSender, UploadRefusal> {
        guard let token = exchange.request.query("token") else {
            return .success(MediaSender(user: nil, address: exchange.peer))
        }
        guard let user = media.pictureTokens.user(of: token, at: time.milliseconds / 1_000) else {
            return .failure(.notAllowed)
        }
        return .success(MediaSender(user: user.rawValue, address: exchange.peer))
    }

    private static func open(_ media: MediaPlan) throws(Node.Failure) -> DirectoryStore {
        do throws(DirectoryStore.Failure) {
            return try DirectoryStore(
                at: media.folder, reserve: media.reserve, writeRate: media.writeRate)
        } catch {
            throw .badMediaFolder(media.folder, error)
        }
    }

    /// Also what keeps this object alive as long as its loop runs.
    private func tellStatus() {
        state.report(media: upkeep.report)
        loop.schedule(after: Self.statusPeriod) { [self] in tellStatus() }
    }
}

/// How often an address may bring a picture.
private final class UploadPace {
    private var buckets: TokenBucketTable<SocketAddress.Host>

    init(_ limit: TokenBucket.Limit) {
        buckets = TokenBucketTable(limit, capacity: 10_000)
    }

    func take(_ site: SocketAddress.Host, at now: Instant) -> Bool { buckets.take(site, at: now) }
}
