// Written by proto-gen from proto/IM.File.proto. Change that file, then: swift run proto-gen
// Service 5: handing a file from one user to another, at once or later.

public import Primitives
public import Protobuf

/// 0x0501, client to file server. Opens the file channel for one task.
public struct IMFileLoginReq: ProtoMessage {
    public var userID: UInt32
    public var taskID: String
    public var fileRole: ClientFileRole

    public init(userID: UInt32 = 0, taskID: String = "", fileRole: ClientFileRole) {
        self.userID = userID
        self.taskID = taskID
        self.fileRole = fileRole
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        taskID = ""
        var fileRole: ClientFileRole?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: taskID = try reader.string()
            case 0x18: fileRole = try reader.enumeration() ?? fileRole
            default: try reader.skip(tag)
            }
        }
        guard let fileRole else { throw .missing(field: 3) }
        self.fileRole = fileRole
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, string: taskID)
        count += ProtoSize.field(3, varint: fileRole.rawValue)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, string: taskID)
        writer.append(field: 3, varint: fileRole.rawValue)
    }
}

/// 0x0502, file server to client. Whether the file channel is open.
public struct IMFileLoginRsp: ProtoMessage {
    /// 0 on success, otherwise a FileServerError.
    public var resultCode: UInt32
    public var taskID: String

    public init(resultCode: UInt32 = 0, taskID: String = "") {
        self.resultCode = resultCode
        self.taskID = taskID
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        resultCode = 0
        taskID = ""
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: resultCode = try reader.uint32()
            case 0x12: taskID = try reader.string()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: resultCode)
        count += ProtoSize.field(2, string: taskID)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: resultCode)
        writer.append(field: 2, string: taskID)
    }
}

/// 0x0503, both ways on the file channel. How far the transfer is; passed on to the other side.
public struct IMFileState: ProtoMessage {
    public var state: ClientFileState
    public var taskID: String
    public var userID: UInt32

    public init(state: ClientFileState, taskID: String = "", userID: UInt32 = 0) {
        self.state = state
        self.taskID = taskID
        self.userID = userID
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        var state: ClientFileState?
        taskID = ""
        userID = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: state = try reader.enumeration() ?? state
            case 0x12: taskID = try reader.string()
            case 0x18: userID = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
        guard let state else { throw .missing(field: 1) }
        self.state = state
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: state.rawValue)
        count += ProtoSize.field(2, string: taskID)
        count += ProtoSize.field(3, varint: userID)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: state.rawValue)
        writer.append(field: 2, string: taskID)
        writer.append(field: 3, varint: userID)
    }
}

/// 0x0504, both ways on the file channel. Asks for a piece of the file; for a live transfer it is passed on to the
/// sender.
public struct IMFilePullDataReq: ProtoMessage {
    public var taskID: String
    public var userID: UInt32
    public var transMode: TransferFileType
    /// Where the piece begins, in bytes.
    public var offset: UInt32
    /// How much is wanted, in bytes.
    public var dataSize: UInt32

    public init(
        taskID: String = "", userID: UInt32 = 0, transMode: TransferFileType, offset: UInt32 = 0, dataSize: UInt32 = 0
    ) {
        self.taskID = taskID
        self.userID = userID
        self.transMode = transMode
        self.offset = offset
        self.dataSize = dataSize
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        taskID = ""
        userID = 0
        var transMode: TransferFileType?
        offset = 0
        dataSize = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: taskID = try reader.string()
            case 0x10: userID = try reader.uint32()
            case 0x18: transMode = try reader.enumeration() ?? transMode
            case 0x20: offset = try reader.uint32()
            case 0x28: dataSize = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
        guard let transMode else { throw .missing(field: 3) }
        self.transMode = transMode
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, string: taskID)
        count += ProtoSize.field(2, varint: userID)
        count += ProtoSize.field(3, varint: transMode.rawValue)
        count += ProtoSize.field(4, varint: offset)
        count += ProtoSize.field(5, varint: dataSize)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, string: taskID)
        writer.append(field: 2, varint: userID)
        writer.append(field: 3, varint: transMode.rawValue)
        writer.append(field: 4, varint: offset)
        writer.append(field: 5, varint: dataSize)
    }
}

/// 0x0505, both ways on the file channel. A piece of the file.
public struct IMFilePullDataRsp: ProtoMessage {
    /// 0 on success, otherwise a FileServerError.
    public var resultCode: UInt32
    public var taskID: String
    public var userID: UInt32
    public var offset: UInt32
    public var fileData: [UInt8]

    public init(
        resultCode: UInt32 = 0, taskID: String = "", userID: UInt32 = 0, offset: UInt32 = 0, fileData: [UInt8] = []
    ) {
        self.resultCode = resultCode
        self.taskID = taskID
        self.userID = userID
        self.offset = offset
        self.fileData = fileData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        resultCode = 0
        taskID = ""
        userID = 0
        offset = 0
        fileData = []
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: resultCode = try reader.uint32()
            case 0x12: taskID = try reader.string()
            case 0x18: userID = try reader.uint32()
            case 0x20: offset = try reader.uint32()
            case 0x2A: fileData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: resultCode)
        count += ProtoSize.field(2, string: taskID)
        count += ProtoSize.field(3, varint: userID)
        count += ProtoSize.field(4, varint: offset)
        count += ProtoSize.field(5, bytes: fileData)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: resultCode)
        writer.append(field: 2, string: taskID)
        writer.append(field: 3, varint: userID)
        writer.append(field: 4, varint: offset)
        writer.append(field: 5, bytes: fileData)
    }
}

/// 0x0506, client to server. Offers a file to another user.
public struct IMFileReq: ProtoMessage {
    public var fromUserID: UInt32
    public var toUserID: UInt32
    public var fileName: String
    /// Bytes.
    public var fileSize: UInt32
    public var transMode: TransferFileType

    public init(
        fromUserID: UInt32 = 0, toUserID: UInt32 = 0, fileName: String = "", fileSize: UInt32 = 0,
        transMode: TransferFileType
    ) {
        self.fromUserID = fromUserID
        self.toUserID = toUserID
        self.fileName = fileName
        self.fileSize = fileSize
        self.transMode = transMode
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromUserID = 0
        toUserID = 0
        fileName = ""
        fileSize = 0
        var transMode: TransferFileType?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromUserID = try reader.uint32()
            case 0x10: toUserID = try reader.uint32()
            case 0x1A: fileName = try reader.string()
            case 0x20: fileSize = try reader.uint32()
            case 0x28: transMode = try reader.enumeration() ?? transMode
            default: try reader.skip(tag)
            }
        }
        guard let transMode else { throw .missing(field: 5) }
        self.transMode = transMode
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromUserID)
        count += ProtoSize.field(2, varint: toUserID)
        count += ProtoSize.field(3, string: fileName)
        count += ProtoSize.field(4, varint: fileSize)
        count += ProtoSize.field(5, varint: transMode.rawValue)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromUserID)
        writer.append(field: 2, varint: toUserID)
        writer.append(field: 3, string: fileName)
        writer.append(field: 4, varint: fileSize)
        writer.append(field: 5, varint: transMode.rawValue)
    }
}

/// 0x0507, server to client. Where the sender takes the file to.
public struct IMFileRsp: ProtoMessage {
    public var resultCode: UInt32
    public var fromUserID: UInt32
    public var toUserID: UInt32
    public var fileName: String
    public var taskID: String
    public var ipAddrList: [IpAddr]
    public var transMode: TransferFileType
    /// Extension of Grapevine: why it is refused. 1: there is no such receiver, 2: no more today, 3: too much waits for
    /// the receiver, 4: the name is too long, 5: no files are taken here.
    public var refusal: UInt32?

    public init(
        resultCode: UInt32 = 0, fromUserID: UInt32 = 0, toUserID: UInt32 = 0, fileName: String = "",
        taskID: String = "", ipAddrList: [IpAddr] = [], transMode: TransferFileType, refusal: UInt32? = nil
    ) {
        self.resultCode = resultCode
        self.fromUserID = fromUserID
        self.toUserID = toUserID
        self.fileName = fileName
        self.taskID = taskID
        self.ipAddrList = ipAddrList
        self.transMode = transMode
        self.refusal = refusal
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        resultCode = 0
        fromUserID = 0
        toUserID = 0
        fileName = ""
        taskID = ""
        ipAddrList = []
        var transMode: TransferFileType?
        refusal = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: resultCode = try reader.uint32()
            case 0x10: fromUserID = try reader.uint32()
            case 0x18: toUserID = try reader.uint32()
            case 0x22: fileName = try reader.string()
            case 0x2A: taskID = try reader.string()
            case 0x32: ipAddrList.append(try reader.message())
            case 0x38: transMode = try reader.enumeration() ?? transMode
            case 0xF0: refusal = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
        guard let transMode else { throw .missing(field: 7) }
        self.transMode = transMode
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: resultCode)
        count += ProtoSize.field(2, varint: fromUserID)
        count += ProtoSize.field(3, varint: toUserID)
        count += ProtoSize.field(4, string: fileName)
        count += ProtoSize.field(5, string: taskID)
        for element in ipAddrList { count += ProtoSize.field(6, message: element) }
        count += ProtoSize.field(7, varint: transMode.rawValue)
        if let refusal { count += ProtoSize.field(30, varint: refusal) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: resultCode)
        writer.append(field: 2, varint: fromUserID)
        writer.append(field: 3, varint: toUserID)
        writer.append(field: 4, string: fileName)
        writer.append(field: 5, string: taskID)
        for element in ipAddrList { writer.append(field: 6, message: element) }
        writer.append(field: 7, varint: transMode.rawValue)
        if let refusal { writer.append(field: 30, varint: refusal) }
    }
}

/// 0x0508, server to client. Somebody offers a file.
public struct IMFileNotify: ProtoMessage {
    public var fromUserID: UInt32
    public var toUserID: UInt32
    public var fileName: String
    public var fileSize: UInt32
    public var taskID: String
    public var ipAddrList: [IpAddr]
    public var transMode: TransferFileType
    /// 1 if the file is stored and can be fetched.
    public var offlineReady: UInt32

    public init(
        fromUserID: UInt32 = 0, toUserID: UInt32 = 0, fileName: String = "", fileSize: UInt32 = 0, taskID: String = "",
        ipAddrList: [IpAddr] = [], transMode: TransferFileType, offlineReady: UInt32 = 0
    ) {
        self.fromUserID = fromUserID
        self.toUserID = toUserID
        self.fileName = fileName
        self.fileSize = fileSize
        self.taskID = taskID
        self.ipAddrList = ipAddrList
        self.transMode = transMode
        self.offlineReady = offlineReady
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromUserID = 0
        toUserID = 0
        fileName = ""
        fileSize = 0
        taskID = ""
        ipAddrList = []
        var transMode: TransferFileType?
        offlineReady = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromUserID = try reader.uint32()
            case 0x10: toUserID = try reader.uint32()
            case 0x1A: fileName = try reader.string()
            case 0x20: fileSize = try reader.uint32()
            case 0x2A: taskID = try reader.string()
            case 0x32: ipAddrList.append(try reader.message())
            case 0x38: transMode = try reader.enumeration() ?? transMode
            case 0x40: offlineReady = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
        guard let transMode else { throw .missing(field: 7) }
        self.transMode = transMode
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromUserID)
        count += ProtoSize.field(2, varint: toUserID)
        count += ProtoSize.field(3, string: fileName)
        count += ProtoSize.field(4, varint: fileSize)
        count += ProtoSize.field(5, string: taskID)
        for element in ipAddrList { count += ProtoSize.field(6, message: element) }
        count += ProtoSize.field(7, varint: transMode.rawValue)
        count += ProtoSize.field(8, varint: offlineReady)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromUserID)
        writer.append(field: 2, varint: toUserID)
        writer.append(field: 3, string: fileName)
        writer.append(field: 4, varint: fileSize)
        writer.append(field: 5, string: taskID)
        for element in ipAddrList { writer.append(field: 6, message: element) }
        writer.append(field: 7, varint: transMode.rawValue)
        writer.append(field: 8, varint: offlineReady)
    }
}

/// 0x0509, client to server. Asks for stored files that wait for the user.
public struct IMFileHasOfflineReq: ProtoMessage {
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

/// 0x050a, server to client. The files that wait.
public struct IMFileHasOfflineRsp: ProtoMessage {
    public var userID: UInt32
    public var offlineFileList: [OfflineFileInfo]
    public var ipAddrList: [IpAddr]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, offlineFileList: [OfflineFileInfo] = [], ipAddrList: [IpAddr] = [],
        attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.offlineFileList = offlineFileList
        self.ipAddrList = ipAddrList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        offlineFileList = []
        ipAddrList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: offlineFileList.append(try reader.message())
            case 0x1A: ipAddrList.append(try reader.message())
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in offlineFileList { count += ProtoSize.field(2, message: element) }
        for element in ipAddrList { count += ProtoSize.field(3, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in offlineFileList { writer.append(field: 2, message: element) }
        for element in ipAddrList { writer.append(field: 3, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x050b, client to server. A file has been stored for another user.
public struct IMFileAddOfflineReq: ProtoMessage {
    public var fromUserID: UInt32
    public var toUserID: UInt32
    public var taskID: String
    public var fileName: String
    public var fileSize: UInt32

    public init(
        fromUserID: UInt32 = 0, toUserID: UInt32 = 0, taskID: String = "", fileName: String = "", fileSize: UInt32 = 0
    ) {
        self.fromUserID = fromUserID
        self.toUserID = toUserID
        self.taskID = taskID
        self.fileName = fileName
        self.fileSize = fileSize
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromUserID = 0
        toUserID = 0
        taskID = ""
        fileName = ""
        fileSize = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromUserID = try reader.uint32()
            case 0x10: toUserID = try reader.uint32()
            case 0x1A: taskID = try reader.string()
            case 0x22: fileName = try reader.string()
            case 0x28: fileSize = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromUserID)
        count += ProtoSize.field(2, varint: toUserID)
        count += ProtoSize.field(3, string: taskID)
        count += ProtoSize.field(4, string: fileName)
        count += ProtoSize.field(5, varint: fileSize)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromUserID)
        writer.append(field: 2, varint: toUserID)
        writer.append(field: 3, string: taskID)
        writer.append(field: 4, string: fileName)
        writer.append(field: 5, varint: fileSize)
    }
}

/// 0x050c, client to server. A stored file has been fetched or refused.
public struct IMFileDelOfflineReq: ProtoMessage {
    public var fromUserID: UInt32
    public var toUserID: UInt32
    public var taskID: String

    public init(fromUserID: UInt32 = 0, toUserID: UInt32 = 0, taskID: String = "") {
        self.fromUserID = fromUserID
        self.toUserID = toUserID
        self.taskID = taskID
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromUserID = 0
        toUserID = 0
        taskID = ""
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromUserID = try reader.uint32()
            case 0x10: toUserID = try reader.uint32()
            case 0x1A: taskID = try reader.string()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromUserID)
        count += ProtoSize.field(2, varint: toUserID)
        count += ProtoSize.field(3, string: taskID)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromUserID)
        writer.append(field: 2, varint: toUserID)
        writer.append(field: 3, string: taskID)
    }
}

/// 0x050d, client to server, extension of Grapevine. Asks what files may be here, and for a token with which the sender
/// of a task brings its file over HTTP, or the receiver gets it.
public struct IMFileAccessReq: ProtoMessage {
    public var userID: UInt32
    /// Without it only for what files may be.
    public var taskID: String?

    public init(userID: UInt32 = 0, taskID: String? = nil) {
        self.userID = userID
        self.taskID = taskID
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        taskID = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: taskID = try reader.string()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        if let taskID { count += ProtoSize.field(2, string: taskID) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        if let taskID { writer.append(field: 2, string: taskID) }
    }
}

/// 0x050e, server to client, extension of Grapevine.
public struct IMFileAccessRsp: ProtoMessage {
    public var userID: UInt32
    /// 0 on success. 1: there is no such task of this user, or none any more; 2: no files are taken here.
    public var resultCode: UInt32
    /// With a token only.
    public var taskID: String?
    public var token: String?
    /// Seconds.
    public var tokenLife: UInt32?
    /// Where this node takes and gives files and pictures, with a slash at its end.
    public var url: String?
    /// Bytes of a file, and of the name behind its folders.
    public var maxFileSize: UInt32?
    public var maxNameSize: UInt32?
    /// Seconds that a file waits for its receiver.
    public var life: UInt32?
    /// Bytes of each part but the last one.
    public var partSize: UInt32?
    /// Bytes of a picture.
    public var maxPictureSize: UInt32?
    /// Without a task: says who brings a picture there (?token=), for ten minutes.
    public var pictureToken: String?

    public init(
        userID: UInt32 = 0, resultCode: UInt32 = 0, taskID: String? = nil, token: String? = nil,
        tokenLife: UInt32? = nil, url: String? = nil, maxFileSize: UInt32? = nil, maxNameSize: UInt32? = nil,
        life: UInt32? = nil, partSize: UInt32? = nil, maxPictureSize: UInt32? = nil, pictureToken: String? = nil
    ) {
        self.userID = userID
        self.resultCode = resultCode
        self.taskID = taskID
        self.token = token
        self.tokenLife = tokenLife
        self.url = url
        self.maxFileSize = maxFileSize
        self.maxNameSize = maxNameSize
        self.life = life
        self.partSize = partSize
        self.maxPictureSize = maxPictureSize
        self.pictureToken = pictureToken
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        resultCode = 0
        taskID = nil
        token = nil
        tokenLife = nil
        url = nil
        maxFileSize = nil
        maxNameSize = nil
        life = nil
        partSize = nil
        maxPictureSize = nil
        pictureToken = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: resultCode = try reader.uint32()
            case 0x1A: taskID = try reader.string()
            case 0x22: token = try reader.string()
            case 0x28: tokenLife = try reader.uint32()
            case 0x32: url = try reader.string()
            case 0x38: maxFileSize = try reader.uint32()
            case 0x40: maxNameSize = try reader.uint32()
            case 0x48: life = try reader.uint32()
            case 0x50: partSize = try reader.uint32()
            case 0x58: maxPictureSize = try reader.uint32()
            case 0x62: pictureToken = try reader.string()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: resultCode)
        if let taskID { count += ProtoSize.field(3, string: taskID) }
        if let token { count += ProtoSize.field(4, string: token) }
        if let tokenLife { count += ProtoSize.field(5, varint: tokenLife) }
        if let url { count += ProtoSize.field(6, string: url) }
        if let maxFileSize { count += ProtoSize.field(7, varint: maxFileSize) }
        if let maxNameSize { count += ProtoSize.field(8, varint: maxNameSize) }
        if let life { count += ProtoSize.field(9, varint: life) }
        if let partSize { count += ProtoSize.field(10, varint: partSize) }
        if let maxPictureSize { count += ProtoSize.field(11, varint: maxPictureSize) }
        if let pictureToken { count += ProtoSize.field(12, string: pictureToken) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: resultCode)
        if let taskID { writer.append(field: 3, string: taskID) }
        if let token { writer.append(field: 4, string: token) }
        if let tokenLife { writer.append(field: 5, varint: tokenLife) }
        if let url { writer.append(field: 6, string: url) }
        if let maxFileSize { writer.append(field: 7, varint: maxFileSize) }
        if let maxNameSize { writer.append(field: 8, varint: maxNameSize) }
        if let life { writer.append(field: 9, varint: life) }
        if let partSize { writer.append(field: 10, varint: partSize) }
        if let maxPictureSize { writer.append(field: 11, varint: maxPictureSize) }
        if let pictureToken { writer.append(field: 12, string: pictureToken) }
    }
}
