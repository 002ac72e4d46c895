import Membership
import Primitives

/// U1: some nodes are of a later version, and say more than this one understands.
///
/// Their messages are those of this version with additions where the formats promise that additions are passed by:
/// entries of unknown type in gossip, frames of unknown kind and messages of unknown topic on the bus, presence frames
/// of unknown type.
extension ClusterWorld {
    public static let unknownTopic: UInt16 = 999

    /// Only where nothing is sealed: it is done from outside.
    public func makeLater(_ places: Set<Int>) {
        guard !options.isSealed, !places.isEmpty else { return }
        fault("of a later version: \(places.sorted().map { nodes[$0].name }.joined(separator: ", "))")
        onGossip = { [unowned self] message, from, _ in
            guard places.contains(from) else { return message }
            var writer = ByteWriter(capacity: 1200)
            message.encode(into: &writer)
            writer.append([9, 3, 1, 2, 3, 200, 0])
            let received = GossipMessage(writer.bytes)
            if received != message { self.violate(.u1, "additions change a \(message.kind)") }
            return received
        }
        var count = 0
        let editor = StreamEditor { frames, place in
            guard places.contains(place.from) else { return frames }
            count += 1
            switch count % 4 {
            case 0: return frames + [StreamEditor.Frame(kind: 200, topic: 7, sequence: 77, key: 777, body: [1, 2, 3])]
            case 1: return [StreamEditor.Frame(kind: 1, topic: Self.unknownTopic, body: [4, 5])] + frames
            case 2: return frames + [StreamEditor.Frame(kind: 1, topic: 1, body: [99, 1, 2])]
            default: return frames
            }
        }
        onStream = { editor($0, $1) }
    }
}
