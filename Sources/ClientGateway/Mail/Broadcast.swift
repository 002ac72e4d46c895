import Primitives
import TalkProtocol

enum Audience: UInt8 {
    case everyone = 0
    case pcs = 1

    func includes(_ device: DeviceClass) -> Bool {
        switch self {
        case .everyone: true
        case .pcs: device == .pc
        }
    }
}

/// Packets for all sessions, or for those of PCs, of a loop or of another node: u8 audience, the packets.
struct Broadcast: ~Escapable {
    let audience: Audience
    let packets: RawSpan

    /// `nil` also for an audience that only a later version knows.
    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let audience = reader.read().flatMap(Audience.init(rawValue:)) else { return nil }
        self.audience = audience
        packets = reader.readRest()
    }

    static func write(_ audience: Audience, _ packets: RawSpan, into writer: inout ByteWriter) {
        writer.append(audience.rawValue)
        writer.append(packets)
    }
}
