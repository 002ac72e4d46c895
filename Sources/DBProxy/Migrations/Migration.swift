/// One step of the schema. Steps are only ever added: what has run somewhere is never edited.
///
/// A step may only add what the version before can live with (expand), and remove what no running version uses
/// (contract): nodes of two neighbouring versions work on one schema.
struct Migration: Sendable {
    let number: Int32
    let name: String
    /// What a program must know to work with what this step leaves behind: the last step that took something away or
    /// gave it another meaning. Where a step only adds, nodes of the version before may still be started, during an
    /// upgrade or after a bad one.
    let worksFrom: Int32
    let sql: String

    /// All of them, in order.
    static let all: [Migration] = [
        foundation, administration, announcements, retention, appendOne, deleteDepartment, logins, messageTimes,
        setback, names, risingKeys, quickLogins, loginsAtOnce, groupMakers, groupedLogins, oneOwner,
        wholeGroups, blobs, fileTasks, buckets, fileParts, outbox, bots, callLog, webhooks,
        presenceAndCallEvents, fairOutbox, quotas, pictureQuota,
    ]
}
