import Accounts
import Crypto
import DBProxy
import Primitives
import Reactor
import Replication
import Settings
import TLS

/// The configuration of this node's part in pictures and files.
struct MediaPlan: Sendable {
    let folder: String
    let listen: SocketAddress
    /// What clients are told; empty: by the host that they connect to.
    private let url: String
    /// Of files.
    let files: SocketAddress
    /// What clients are told; `nil`: the host that they connect to.
    let filesAdvertised: HostPort?
    let filesAreBehindProxy: Bool
    let fileLife: Int32
    let fileQuota: FileQuota
    let copies: Int
    /// `nil`: this node knows none.
    let bucket: BucketPlan?
    let home: BlobHome
    let reserve: Int
    /// Bytes in a second.
    let writeRate: Int
    let quota: Int
    /// Pictures are taken from every address.
    let isOpen: Bool
    /// Uploads of one address.
    let pace: TokenBucket.Limit
    let uploadBytes: Int
    let timing: BlobUpkeep.Timing
    /// What nodes share for copies.
    let key: [UInt8]
    let pictureTokens: PictureToken

    /// `nil`: this node takes and gives none.
    init?(_ configuration: Configuration) throws {
        folder = configuration[NodeSettings.mediaFolder]
        if folder.isEmpty { return nil }
        listen = try NodePlan.resolve(NodeSettings.mediaListen, configuration)
        let advertised = configuration[NodeSettings.mediaAdvertise]
        url = advertised.hasSuffix("/") ? String(advertised.dropLast()) : advertised
        files = try NodePlan.resolve(NodeSettings.filesListen, configuration)
        filesAdvertised = configuration[NodeSettings.filesAdvertise]
        filesAreBehindProxy = configuration[NodeSettings.filesProxyProtocol]
        fileLife = Int32(clamping: configuration[NodeSettings.filesLife].milliseconds / 1_000)
        var fileQuota = FileQuota()
        fileQuota.byteCount = configuration[NodeSettings.filesQuota].bytes
        self.fileQuota = fileQuota
        copies = configuration[NodeSettings.mediaCopies]
        bucket = try BucketPlan(configuration)
        home = configuration[NodeSettings.mediaStore] == .s3 ? .bucket : .nodes
        if home == .bucket, bucket == nil { throw Node.Failure.noBucket }
        reserve = configuration[NodeSettings.mediaReserve].bytes
        writeRate = configuration[NodeSettings.mediaWriteRate].bytes
        quota = configuration[NodeSettings.mediaQuota].bytes
        isOpen = configuration[NodeSettings.openUploads]
        let rate = configuration[NodeSettings.uploadRate]
        pace = TokenBucket.Limit(rate: Double(rate), burst: 10 * rate)
        uploadBytes = configuration[NodeSettings.pictureBytes].bytes
        var timing = BlobUpkeep.Timing()
        timing.losing = Int32(clamping: configuration[NodeSettings.mediaLost].milliseconds / 1_000)
        timing.caching = configuration[NodeSettings.mediaCache]
        self.timing = timing
        pictureTokens = PictureToken(secret: [UInt8](configuration[NodeSettings.clusterSecret].utf8))
        key = HKDF.key(
            from: [UInt8](configuration[NodeSettings.clusterSecret].utf8).rawBytes, salt: [UInt8]().rawBytes,
            info: [UInt8]("grapevine copies between nodes".utf8).rawBytes, byteCount: TLSContext.sharedKeyByteCount)
    }

    /// Of users without one of their own.
    var everybody: UserQuota { UserQuota(pictureBytes: quota, dailyFileBytes: fileQuota.byteCount) }

    /// Where all that there is may be moved: to where new ones go. `nil`: this node cannot reach both places.
    var allowedMove: BlobMove.Target? { bucket == nil ? nil : home == .bucket ? .bucket : .nodes }

    /// Where clients find pictures, with `/` at its end.
    /// - Parameters:
    ///   - host: that they connect to.
    ///   - port: of this node for pictures.
    func url(host: String, port: UInt16) -> String {
        url.isEmpty ? "http://\(HostPort(host: host, port: port).settingText)/" : url + "/"
    }

    /// It is the same wherever clients are.
    var isURLGiven: Bool { !url.isEmpty }
}
