import ClientGateway
import Cluster
import Reactor
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
        return FilePlace(host: place.host, port: place.port, life: media.fileLife, quota: media.fileQuota)
    }
}
