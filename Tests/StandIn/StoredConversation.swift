import Primitives
import TalkProtocol

/// The messages of one conversation, bodies behind each other in one array: a message costs no allocation.
final class StoredConversation {
    struct Record {
        let sender: UInt32
        let createTime: UInt32
        let type: MsgType
        let body: Range<Int>
    }

    let members: [UInt32]
    /// By id - 1; `nil` where there is no message.
    private(set) var records: [Record?] = []
    private var bodies: [UInt8] = []
    private var readMarks: [UInt32: UInt32] = [:]
    /// A push that is held back until the next one to this receiver has gone.
    var heldPush: (bytes: [UInt8], receiver: UInt32)?
    /// The next message gets this id.
    var reservedID: UInt32?

    init(members: [UInt32]) {
        self.members = members
    }

    var latestID: UInt32 { UInt32(records.count) }

    func store(_ message: borrowing MessageDataView, sender: UInt32, _ createTime: UInt32, _ data: RawSpan) -> UInt32 {
        let record = keep(sender, createTime, message.type, data)
        if let id = reservedID {
            reservedID = nil
            records[Int(id) - 1] = record
            return id
        }
        records.append(record)
        return latestID
    }

    func skipID() {
        records.append(nil)
    }

    func forget(_ id: UInt32) {
        records[Int(id) - 1] = nil
    }

    /// Puts the message before `id` in its place.
    func replaceByPrevious(_ id: UInt32) {
        if id > 1 { records[Int(id) - 1] = records[Int(id) - 2] }
    }

    func corrupt(_ id: UInt32) {
        if let body = records[Int(id) - 1]?.body { bodies[body.upperBound - 20] ^= 1 }
    }

    func markRead(_ user: UInt32, through id: UInt32) {
        readMarks[user] = max(readMarks[user] ?? 0, id == 0 ? latestID : min(id, latestID))
    }

    func unread(_ user: UInt32) -> Int {
        records.dropFirst(Int(readMarks[user] ?? 0)).count { $0.map { $0.sender != user } ?? false }
    }

    func message(_ id: UInt32) -> MsgInfo? {
        guard id >= 1, id <= latestID, let record = records[Int(id) - 1] else { return nil }
        return MsgInfo(
            msgID: id, fromSessionID: record.sender, createTime: record.createTime, msgType: record.type,
            msgData: Array(bodies[record.body]))
    }

    private func keep(_ sender: UInt32, _ createTime: UInt32, _ type: MsgType, _ data: RawSpan) -> Record {
        let start = bodies.count
        bodies.append(data)
        return Record(sender: sender, createTime: createTime, type: type, body: start..<bodies.count)
    }
}
