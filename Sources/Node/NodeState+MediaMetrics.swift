import Metrics
import Primitives
import Replication

/// What keeps copies of pictures and files counts, on the metrics page.
extension NodeState {
    func observeMedia() {
        registry.gauge(
            "grapevine_blobs_short", help: "Pictures and files with fewer copies than there are to be, up to 500."
        ) { [self] in Double(mediaReport?.short ?? 0) }
        registry.gauge("grapevine_blob_stores", help: "Nodes that have a folder for pictures and files.") {
            [self] in Double(mediaReport?.knownStores ?? 0)
        }
        registry.gauge("grapevine_blob_free_bytes", help: "Bytes that this node can still store of them.") {
            [self] in Double(mediaReport?.freeBytes ?? 0)
        }
        registry.counter("grapevine_blob_copies_total", help: "Copies given to nodes because there were too few.") {
            [self] in UInt64(clamping: mediaReport?.copied ?? 0)
        }
        registry.counter("grapevine_blob_copies_failed_total", help: "Of those, the ones that did not succeed.") {
            [self] in UInt64(clamping: mediaReport?.failedCopies ?? 0)
        }
        registry.counter("grapevine_blobs_missing_total", help: "Copies that were to be here and were not.") {
            [self] in UInt64(clamping: mediaReport?.missing ?? 0)
        }
        registry.counter("grapevine_blobs_removed_total", help: "Files deleted because nobody wants them.") {
            [self] in UInt64(clamping: mediaReport?.removed ?? 0)
        }
        registry.counter(
            "grapevine_blobs_spared_total", help: "Files deleted because there are enough other copies."
        ) { [self] in UInt64(clamping: mediaReport?.spared ?? 0) }
        guard plan.media?.bucket != nil else { return }
        registry.gauge("grapevine_s3_up", help: "1: the bucket answered when it was asked last.") {
            [self] in mediaReport?.bucket.map { $0.failure == nil } == true ? 1 : 0
        }
        registry.gauge("grapevine_s3_clock_seconds", help: "How much the clock of the bucket is ahead of ours.") {
            [self] in Double(mediaReport?.bucket?.skew?.milliseconds ?? 0) / 1_000
        }
    }
}
