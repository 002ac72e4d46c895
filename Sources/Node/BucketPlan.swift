import Primitives
import Reactor
import S3
import Settings
import TLS

/// The configuration of a bucket for pictures and files.
struct BucketPlan: Sendable {
    let endpoint: S3Endpoint
    private let credentials: S3Credentials
    /// For an endpoint that is sealed.
    private let context: TLSContext?

    /// `nil`: there is none.
    init?(_ configuration: Configuration) throws(Node.Failure) {
        let url = configuration[NodeSettings.bucketURL]
        if url.isEmpty { return nil }
        let (key, secret) = (configuration[NodeSettings.bucketAccessKey], configuration[NodeSettings.bucketSecret])
        if key.isEmpty || secret.isEmpty { throw .noBucketKey }
        credentials = S3Credentials(accessKey: key, secret: secret)
        do throws(S3Endpoint.Fault) {
            endpoint = try S3Endpoint(
                url, bucket: configuration[NodeSettings.bucketName], region: configuration[NodeSettings.bucketRegion],
                prefix: configuration[NodeSettings.bucketPrefix],
                isPathStyle: configuration[NodeSettings.bucketPathStyle])
        } catch {
            throw .badBucket(error)
        }
        let authorities = configuration[NodeSettings.bucketAuthorities]
        do throws(TLSError) {
            context = endpoint.isSealed ? try TLSContext(clientBelieving: authorities.isEmpty ? nil : authorities) : nil
        } catch {
            throw .badBucketAuthorities(error)
        }
    }

    func open(
        disk: WorkerPool, resolver: NameResolver, wallClock: @escaping () -> UnixTime, on loop: EventLoop
    ) -> S3Bucket {
        S3Bucket(
            endpoint, credentials, context, disk: disk, resolver: resolver, wallClock: wallClock, on: loop)
    }
}

extension S3Endpoint.Fault {
    /// The setting that is wrong.
    var setting: String {
        switch self {
        case .url: NodeSettings.bucketURL.name
        case .bucket: NodeSettings.bucketName.name
        case .region: NodeSettings.bucketRegion.name
        case .prefix: NodeSettings.bucketPrefix.name
        }
    }
}
