public import Settings

/// Pictures and files in a bucket of S3.
extension NodeSettings {
    public enum MediaStore: String, CaseIterable, SettingValue, Sendable {
        case directory
        case s3
    }

    public static let mediaStore = Setting<MediaStore>(
        "media.store", default: .directory,
        help: "Where pictures and files lie that were acknowledged: directory, on the disks of media.copies nodes; s3, "
            + "in a bucket, and for media.cache in the media.folder of nodes that took or gave them.")
    public static let mediaCache = Setting<Duration>(
        "media.cache", default: .seconds(86_400), in: .seconds(60)...(.seconds(31_536_000)),
        help: "How long a node keeps a copy of which there are enough others.")
    public static let bucketURL = Setting<String>(
        "media.s3.url", default: "",
        help: "An S3-compatible server, such as https://s3.eu-central-1.amazonaws.com. Empty: this node knows none.")
    public static let bucketName = Setting<String>(
        "media.s3.bucket", default: "", help: "The bucket, which must be there.")
    public static let bucketRegion = Setting<String>(
        "media.s3.region", default: "us-east-1", help: "The region that requests are signed for.")
    public static let bucketPrefix = Setting<String>(
        "media.s3.prefix", default: "", help: "What the keys of all objects begin with, such as grapevine/.")
    public static let bucketPathStyle = Setting<Bool>(
        "media.s3.path_style", default: true,
        help: "Whether the bucket stands in the path of a URL, and not before the host.")
    public static let bucketAccessKey = Setting<String>(
        "media.s3.access_key", default: "", help: "Who asks.",
        complaint: { key in
            key.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "/") }
                ? nil : "must be printable ASCII without blanks, commas and slashes"
        })
    public static let bucketSecret = Setting<String>(
        "media.s3.secret", default: "", help: "The secret that belongs to that key.", isSecret: true)
    public static let bucketAuthorities = Setting<String>(
        "media.s3.tls_authorities", default: "",
        help: "PEM file of the issuers of its certificate that are believed; those of the system if not given.")

    static let bucket: [any AnySetting] = [
        mediaStore, mediaCache, bucketURL, bucketName, bucketRegion, bucketPrefix, bucketPathStyle, bucketAccessKey,
        bucketSecret, bucketAuthorities,
    ]
}
