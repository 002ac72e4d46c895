import Presence
import Primitives
import TalkProtocol

/// The end of a session: u8 device class, u8 reason, u32 login epoch. Should it come late, a later login stays.
struct RemoteKick {
    let device: DeviceClass
    let reason: KickReasonType
    let login: LoginEpoch

    func write(into writer: inout ByteWriter) {
        writer.append(device.rawValue)
        writer.append(UInt8(reason.rawValue))
        writer.append(bigEndian: login.rawValue)
    }
}

extension RemoteKick {
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let device = reader.read().flatMap(DeviceClass.init(rawValue:)), let reason = reader.readKickReason(),
            let login = reader.read().map(LoginEpoch.init(rawValue:))
        else { return nil }
        self.init(device: device, reason: reason, login: login)
    }
}
