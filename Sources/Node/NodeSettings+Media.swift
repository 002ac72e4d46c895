public import Settings

/// Pictures and files.
extension NodeSettings {
    public static let mediaFolder = Setting<String>(
        "media.folder", default: "",
        help: "Folder for pictures and files, of this node alone. Empty: it takes and gives none.",
        complaint: { $0.isEmpty || $0.hasPrefix("/") ? nil : "must begin with /" })
    public static let mediaListen = Setting<HostPort>(
        "media.listen", default: HostPort(host: "127.0.0.1", port: 8700),
        help: "HTTP for pictures, and where other nodes get and bring copies.")
    public static let mediaAdvertise = Setting<String>(
        "media.advertise", default: "",
        help: "The URL that clients are told for pictures, such as https://im.example.org/media; http, the host of "
            + "client.advertise and the port of media.listen if not given.",
        complaint: { url in
            if url.isEmpty { return nil }
            let isPlain = url.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\"") }
            return isPlain && ["http://", "https://"].contains(where: url.hasPrefix)
                ? nil : "must be http:// or https://, without blanks and quotes"
        })
    public static let mediaCertificate = Setting<String>(
        "media.tls_certificate", default: "",
        help: "PEM file of a certificate with its chain: the port for pictures is reached by https then, too.",
        reloads: true)
    public static let mediaKey = Setting<String>(
        "media.tls_key", default: "", help: "PEM file of the key of that certificate.", reloads: true)
    public static let mediaCopies = Setting<Int>(
        "media.copies", default: 2, in: 1...3,
        help: "Nodes that have a picture or file on their disks before it is acknowledged, if there are as many.")
    public static let mediaReserve = Setting<ByteSize>(
        "media.reserve", default: ByteSize(bytes: 256 << 20), in: ByteSize(bytes: 0)...ByteSize(bytes: 1 << 50),
        help: "Bytes of the disk that are kept free: what would need them is refused.")
    public static let mediaWriteRate = Setting<ByteSize>(
        "media.write_rate", default: ByteSize(bytes: 64 << 20),
        in: ByteSize(bytes: 8 << 20)...ByteSize(bytes: 1 << 40),
        help: "Bytes of pictures and files a node writes per second. A database on the same disk commits behind them.")
    public static let mediaLost = Setting<Duration>(
        "media.lost_after", default: .seconds(600), in: .seconds(30)...(.seconds(604_800)),
        help: "A node that is away for so long has lost its copies: others make new ones.")
    public static let pictureBytes = Setting<ByteSize>(
        "media.picture", default: ByteSize(bytes: 10 << 20), in: ByteSize(bytes: 1 << 10)...ByteSize(bytes: 100 << 20),
        help: "Largest picture or voice file.")

    public static let mediaQuota = Setting<ByteSize>(
        "media.quota", default: ByteSize(bytes: 10 << 30), in: ByteSize(bytes: 1 << 20)...ByteSize(bytes: 1 << 50),
        help: "Bytes of pictures that a user without a quota of his own may have stored; and that an address from "
            + "which several users come may send in a day.")
    public static let openUploads = Setting<Bool>(
        "media.open_uploads", default: false,
        help: "Whether pictures are taken from addresses from which nobody has logged in: for nodes behind a balancer "
            + "whose address all have.")
    public static let uploadRate = Setting<Int>(
        "limits.uploads_per_second", default: 5, in: 1...1_000_000,
        help: "Pictures from one address in the long run; ten times as many at once.")

    public static let filesListen = Setting<HostPort>(
        "files.listen", default: HostPort(host: "127.0.0.1", port: 8600),
        help: "Where clients bring and get files that they hand to each other; with media.folder.")
    public static let filesAdvertise = Setting<HostPort?>(
        "files.advertise", default: nil,
        help: "The address that clients are told for files; the host of client.advertise and the port of files.listen "
            + "if not given.")
    public static let filesCertificate = Setting<String>(
        "files.tls_certificate", default: "",
        help: "PEM file of a certificate with its chain: clients may speak TLS on the port for files then.",
        reloads: true)
    public static let filesKey = Setting<String>(
        "files.tls_key", default: "", help: "PEM file of the key of that certificate.", reloads: true)
    public static let filesProxyProtocol = Setting<Bool>(
        "files.proxy_protocol", default: false,
        help: "Clients come to the port for files through a proxy that says whose each connection is (PROXY protocol 1 "
            + "or 2). Nobody else may reach the port then.")
    public static let filesLife = Setting<Duration>(
        "files.life", default: .seconds(604_800), in: .seconds(60)...(.seconds(31_536_000)),
        help: "A stored file that nobody has fetched is deleted after that.")
    public static let filesQuota = Setting<ByteSize>(
        "files.quota", default: ByteSize(bytes: 1 << 30), in: ByteSize(bytes: 1 << 20)...ByteSize(bytes: 1 << 50),
        help: "Bytes of files that a user without a quota of his own may hand to others in a day.")

    static let media: [any AnySetting] = [
        mediaFolder, mediaListen, mediaAdvertise, mediaCertificate, mediaKey, mediaCopies, mediaReserve,
        mediaWriteRate, mediaLost, pictureBytes, mediaQuota, openUploads, uploadRate, filesListen, filesAdvertise,
        filesCertificate, filesKey, filesProxyProtocol, filesLife, filesQuota,
    ] + bucket
}
