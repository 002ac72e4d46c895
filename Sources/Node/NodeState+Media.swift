import ClientGateway
import Cluster
import FileGateway
import NodeAdmin
import Primitives
import Reactor
import Replication
import S3
import Settings
import Synchronization

/// Where clients find pictures and files.
extension NodeState {
    func mediaURL(isLocal: Bool) -> String {
        guard let media = plan.media, media.isURLGiven || isLocal || !PeerStatus.isOfEachMachine(clientHost) else {
            return ""
        }
        return media.url(host: clientHost, port: UInt16(clamping: lookups.mediaPort.load(ordering: .relaxed)))
    }

    /// Where clients bring and get files; `nil`: nowhere.
    var files: FilePlace? {
        guard let media = plan.media, !clientHost.isEmpty else { return nil }
        let port = UInt16(clamping: lookups.filesPort.load(ordering: .relaxed))
        let place = media.filesAdvertised ?? HostPort(host: clientHost, port: port)
        let mediaPort = UInt16(clamping: lookups.mediaPort.load(ordering: .relaxed))
        return FilePlace(
            host: place.host, port: place.port, url: media.url(host: clientHost, port: mediaPort), life: media.fileLife,
            quota: media.fileQuota, partBytes: FileParts.byteCount, pictureBytes: media.uploadBytes,
            pictureTokens: media.pictureTokens)
    }

    /// What keeps pictures and files from being as safe, or as many, as they should be.
    var mediaImpairments: [Obstacle] {
        guard let media = plan.media else { return [] }
        guard let report = mediaReport, report.isReady else {
            return [
                Obstacle(
                    code: "media_unavailable",
                    message: "the database does not know \(media.folder) yet: no pictures and files are taken")
            ]
        }
        var impairments = bucketImpairments(report.bucket, media)
        if report.freeBytes == 0 {
            impairments.append(
                Obstacle(
                    code: "media_disk_full",
                    message: "the disk of \(media.folder) has no room but what media.reserve keeps free: pictures and "
                        + "files are refused"))
        }
        if report.short > 0, report.freshStores + 1 < media.copies {
            impairments.append(
                Obstacle(
                    code: "media_copies",
                    message: "\(report.short) pictures or files have fewer than \(media.copies) copies, and there are "
                        + "\(report.freshStores + 1) nodes that could have one"))
        }
        return impairments
    }

    /// S3 refuses who is a quarter of an hour off ("RequestTimeTooSkewed"); this is told long before.
    private static let maxSkew: Duration = .seconds(60)

    private func bucketImpairments(_ report: BucketReport?, _ media: MediaPlan) -> [Obstacle] {
        guard let endpoint = media.bucket?.endpoint, let report else { return [] }
        let place = "the bucket \(endpoint.bucket) at \(endpoint.host):\(endpoint.port)"
        var impairments: [Obstacle] = []
        if let failure = report.failure {
            let effect = media.home == .bucket ? "pictures and files are refused" : "what lies there is not to be had"
            impairments.append(Obstacle(code: "media_s3", message: "\(place): \(failure): \(effect)"))
        }
        if let skew = report.skew, skew > Self.maxSkew || skew < .zero - Self.maxSkew {
            let seconds = skew.milliseconds / 1_000
            impairments.append(
                Obstacle(
                    code: "media_s3_clock",
                    message: "the clock of \(place) is \(abs(seconds)) s \(seconds > 0 ? "ahead of" : "behind") ours: "
                        + "it refuses whose clock is 15 minutes off"))
        }
        return impairments
    }
}
