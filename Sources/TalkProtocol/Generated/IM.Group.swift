// Written by proto-gen from proto/IM.Group.proto. Change that file, then: swift run proto-gen
// Service 4: lists of groups, creating them, changing their members.

public import Primitives
public import Protobuf

/// 0x0401, client to server. Asks for the fixed groups of the user.
public struct IMNormalGroupListReq: ProtoMessage {
    public var userID: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0402, server to client. Ids and versions of the groups.
public struct IMNormalGroupListRsp: ProtoMessage {
    public var userID: UInt32
    public var groupVersionList: [GroupVersionInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, groupVersionList: [GroupVersionInfo] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.groupVersionList = groupVersionList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        groupVersionList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: groupVersionList.append(try reader.message())
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in groupVersionList { count += ProtoSize.field(2, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in groupVersionList { writer.append(field: 2, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0403, client to server. Asks for the groups whose version is newer than the one given.
public struct IMGroupInfoListReq: ProtoMessage {
    public var userID: UInt32
    /// Version 0 asks for the group in any case.
    public var groupVersionList: [GroupVersionInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, groupVersionList: [GroupVersionInfo] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.groupVersionList = groupVersionList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        groupVersionList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: groupVersionList.append(try reader.message())
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in groupVersionList { count += ProtoSize.field(2, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in groupVersionList { writer.append(field: 2, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0404, server to client. The groups that changed.
public struct IMGroupInfoListRsp: ProtoMessage {
    public var userID: UInt32
    public var groupInfoList: [GroupInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, groupInfoList: [GroupInfo] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.groupInfoList = groupInfoList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        groupInfoList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: groupInfoList.append(try reader.message())
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in groupInfoList { count += ProtoSize.field(2, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in groupInfoList { writer.append(field: 2, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0405, client to server. Creates a group.
public struct IMGroupCreateReq: ProtoMessage {
    public var userID: UInt32
    public var groupType: GroupType
    public var groupName: String
    public var groupAvatar: String
    public var memberIDList: [UInt32]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, groupType: GroupType, groupName: String = "", groupAvatar: String = "",
        memberIDList: [UInt32] = [], attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.groupType = groupType
        self.groupName = groupName
        self.groupAvatar = groupAvatar
        self.memberIDList = memberIDList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var groupType: GroupType?
        groupName = ""
        groupAvatar = ""
        memberIDList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: groupType = try reader.enumeration() ?? groupType
            case 0x1A: groupName = try reader.string()
            case 0x22: groupAvatar = try reader.string()
            case 0x28: memberIDList.append(try reader.uint32())
            case 0x2A: try reader.packed(into: &memberIDList)
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let groupType else { throw .missing(field: 2) }
        self.groupType = groupType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: groupType.rawValue)
        count += ProtoSize.field(3, string: groupName)
        count += ProtoSize.field(4, string: groupAvatar)
        for element in memberIDList { count += ProtoSize.field(5, varint: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: groupType.rawValue)
        writer.append(field: 3, string: groupName)
        writer.append(field: 4, string: groupAvatar)
        for element in memberIDList { writer.append(field: 5, varint: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0406, server to client. The result of creating a group.
public struct IMGroupCreateRsp: ProtoMessage {
    public var userID: UInt32
    public var resultCode: UInt32
    /// Absent if the group was not created.
    public var groupID: UInt32?
    public var groupName: String
    public var userIDList: [UInt32]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, resultCode: UInt32 = 0, groupID: UInt32? = nil, groupName: String = "",
        userIDList: [UInt32] = [], attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.resultCode = resultCode
        self.groupID = groupID
        self.groupName = groupName
        self.userIDList = userIDList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        resultCode = 0
        groupID = nil
        groupName = ""
        userIDList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: resultCode = try reader.uint32()
            case 0x18: groupID = try reader.uint32()
            case 0x22: groupName = try reader.string()
            case 0x28: userIDList.append(try reader.uint32())
            case 0x2A: try reader.packed(into: &userIDList)
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: resultCode)
        if let groupID { count += ProtoSize.field(3, varint: groupID) }
        count += ProtoSize.field(4, string: groupName)
        for element in userIDList { count += ProtoSize.field(5, varint: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: resultCode)
        if let groupID { writer.append(field: 3, varint: groupID) }
        writer.append(field: 4, string: groupName)
        for element in userIDList { writer.append(field: 5, varint: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0407, client to server. Adds members to a group or removes some.
public struct IMGroupChangeMemberReq: ProtoMessage {
    public var userID: UInt32
    public var changeType: GroupModifyType
    public var groupID: UInt32
    public var memberIDList: [UInt32]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, changeType: GroupModifyType, groupID: UInt32 = 0, memberIDList: [UInt32] = [],
        attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.changeType = changeType
        self.groupID = groupID
        self.memberIDList = memberIDList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var changeType: GroupModifyType?
        groupID = 0
        memberIDList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: changeType = try reader.enumeration() ?? changeType
            case 0x18: groupID = try reader.uint32()
            case 0x20: memberIDList.append(try reader.uint32())
            case 0x22: try reader.packed(into: &memberIDList)
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let changeType else { throw .missing(field: 2) }
        self.changeType = changeType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: changeType.rawValue)
        count += ProtoSize.field(3, varint: groupID)
        for element in memberIDList { count += ProtoSize.field(4, varint: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: changeType.rawValue)
        writer.append(field: 3, varint: groupID)
        for element in memberIDList { writer.append(field: 4, varint: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0408, server to client. The result of the change.
public struct IMGroupChangeMemberRsp: ProtoMessage {
    public var userID: UInt32
    public var changeType: GroupModifyType
    public var resultCode: UInt32
    public var groupID: UInt32
    /// The members after the change.
    public var curUserIDList: [UInt32]
    /// Those who were added or removed.
    public var chgUserIDList: [UInt32]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, changeType: GroupModifyType, resultCode: UInt32 = 0, groupID: UInt32 = 0,
        curUserIDList: [UInt32] = [], chgUserIDList: [UInt32] = [], attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.changeType = changeType
        self.resultCode = resultCode
        self.groupID = groupID
        self.curUserIDList = curUserIDList
        self.chgUserIDList = chgUserIDList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var changeType: GroupModifyType?
        resultCode = 0
        groupID = 0
        curUserIDList = []
        chgUserIDList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: changeType = try reader.enumeration() ?? changeType
            case 0x18: resultCode = try reader.uint32()
            case 0x20: groupID = try reader.uint32()
            case 0x28: curUserIDList.append(try reader.uint32())
            case 0x2A: try reader.packed(into: &curUserIDList)
            case 0x30: chgUserIDList.append(try reader.uint32())
            case 0x32: try reader.packed(into: &chgUserIDList)
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let changeType else { throw .missing(field: 2) }
        self.changeType = changeType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: changeType.rawValue)
        count += ProtoSize.field(3, varint: resultCode)
        count += ProtoSize.field(4, varint: groupID)
        for element in curUserIDList { count += ProtoSize.field(5, varint: element) }
        for element in chgUserIDList { count += ProtoSize.field(6, varint: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: changeType.rawValue)
        writer.append(field: 3, varint: resultCode)
        writer.append(field: 4, varint: groupID)
        for element in curUserIDList { writer.append(field: 5, varint: element) }
        for element in chgUserIDList { writer.append(field: 6, varint: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0409, client to server. Mutes a group for the user, or ends that.
public struct IMGroupShieldReq: ProtoMessage {
    public var userID: UInt32
    public var groupID: UInt32
    /// 1 muted, 0 not.
    public var shieldStatus: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, groupID: UInt32 = 0, shieldStatus: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.groupID = groupID
        self.shieldStatus = shieldStatus
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        groupID = 0
        shieldStatus = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: groupID = try reader.uint32()
            case 0x18: shieldStatus = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: groupID)
        count += ProtoSize.field(3, varint: shieldStatus)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: groupID)
        writer.append(field: 3, varint: shieldStatus)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x040a, server to client. The result of muting.
public struct IMGroupShieldRsp: ProtoMessage {
    public var userID: UInt32
    public var groupID: UInt32
    public var resultCode: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, groupID: UInt32 = 0, resultCode: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.groupID = groupID
        self.resultCode = resultCode
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        groupID = 0
        resultCode = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: groupID = try reader.uint32()
            case 0x18: resultCode = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: groupID)
        count += ProtoSize.field(3, varint: resultCode)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: groupID)
        writer.append(field: 3, varint: resultCode)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x040b, server to client. The members of a group have changed.
public struct IMGroupChangeMemberNotify: ProtoMessage {
    public var userID: UInt32
    public var changeType: GroupModifyType
    public var groupID: UInt32
    /// The members after the change.
    public var curUserIDList: [UInt32]
    /// Those who were added or removed.
    public var chgUserIDList: [UInt32]

    public init(
        userID: UInt32 = 0, changeType: GroupModifyType, groupID: UInt32 = 0, curUserIDList: [UInt32] = [],
        chgUserIDList: [UInt32] = []
    ) {
        self.userID = userID
        self.changeType = changeType
        self.groupID = groupID
        self.curUserIDList = curUserIDList
        self.chgUserIDList = chgUserIDList
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var changeType: GroupModifyType?
        groupID = 0
        curUserIDList = []
        chgUserIDList = []
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: changeType = try reader.enumeration() ?? changeType
            case 0x18: groupID = try reader.uint32()
            case 0x20: curUserIDList.append(try reader.uint32())
            case 0x22: try reader.packed(into: &curUserIDList)
            case 0x28: chgUserIDList.append(try reader.uint32())
            case 0x2A: try reader.packed(into: &chgUserIDList)
            default: try reader.skip(tag)
            }
        }
        guard let changeType else { throw .missing(field: 2) }
        self.changeType = changeType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: changeType.rawValue)
        count += ProtoSize.field(3, varint: groupID)
        for element in curUserIDList { count += ProtoSize.field(4, varint: element) }
        for element in chgUserIDList { count += ProtoSize.field(5, varint: element) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: changeType.rawValue)
        writer.append(field: 3, varint: groupID)
        for element in curUserIDList { writer.append(field: 4, varint: element) }
        for element in chgUserIDList { writer.append(field: 5, varint: element) }
    }
}
