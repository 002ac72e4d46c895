import Presence
import Primitives
import TalkProtocol

/// A session is the user's: u32 user, u8 client type, u8 status, i64 login epoch.
struct SessionOpened {
    let user: UserID
    let clientType: ClientType
    let status: UserStatType
    let login: Int64

    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: user.rawValue)
        writer.append(UInt8(truncatingIfNeeded: clientType.rawValue))
        writer.append(UInt8(truncatingIfNeeded: status.rawValue))
        writer.append(bigEndian: login)
    }
}

extension SessionOpened {
    init?(reading reader: inout ByteReader) {
        guard let user = reader.read().map(UserID.init(_:)),
            let clientType = reader.read(UInt8.self).flatMap({ ClientType(rawValue: UInt32($0)) }),
            let status = reader.read(UInt8.self).flatMap({ UserStatType(rawValue: UInt32($0)) }),
            let login: Int64 = reader.read()
        else { return nil }
        self.init(user: user, clientType: clientType, status: status, login: login)
    }
}

/// It is no more: u32 user, u8 device class, i64 login epoch.
struct SessionClosed {
    let user: UserID
    let device: DeviceClass
    let login: Int64

    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: user.rawValue)
        writer.append(device.rawValue)
        writer.append(bigEndian: login)
    }
}

extension SessionClosed {
    init?(reading reader: inout ByteReader) {
        guard let user = reader.read().map(UserID.init(_:)),
            let device = reader.read().flatMap(DeviceClass.init(rawValue:)), let login: Int64 = reader.read()
        else { return nil }
        self.init(user: user, device: device, login: login)
    }
}
