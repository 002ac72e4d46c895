import Crypto
import Primitives
import Settings
import Synchronization
import TLS

/// The TLS of the listeners that others than nodes reach: its certificates, which a reload replaces, and the keys of
/// its tickets.
///
/// Tickets let a client take up its TLS session with a part of the work, on whatever node it comes back to: their keys
/// follow from the cluster's secret and the day, so all nodes have the same ones, and none is good for more than a day.
final class ListenerTLS: Sendable {
    let client: TLSDoor
    let http: TLSDoor
    let admin: TLSDoor
    let media: TLSDoor
    let files: TLSDoor
    private let secret: [UInt8]
    private let wallClock: @Sendable () -> UnixTime
    private let day: Atomic<Int64>

    private struct Place {
        let name: String
        let certificate: Setting<String>
        let key: Setting<String>
    }

    private static let clientPlace = Place(
        name: "client", certificate: NodeSettings.clientCertificate, key: NodeSettings.clientKey)
    private static let httpPlace = Place(
        name: "http", certificate: NodeSettings.httpCertificate, key: NodeSettings.httpKey)
    private static let adminPlace = Place(
        name: "admin", certificate: NodeSettings.adminCertificate, key: NodeSettings.adminKey)
    private static let mediaPlace = Place(
        name: "media", certificate: NodeSettings.mediaCertificate, key: NodeSettings.mediaKey)
    private static let filesPlace = Place(
        name: "files", certificate: NodeSettings.filesCertificate, key: NodeSettings.filesKey)

    /// Reads the files.
    init(_ configuration: Configuration, wallClock: @escaping @Sendable () -> UnixTime) throws(Node.Failure) {
        let now = wallClock()
        self.wallClock = wallClock
        secret = [UInt8](configuration[NodeSettings.clusterSecret].utf8)
        day = Atomic(Self.day(now))
        client = TLSDoor(try Self.context(Self.clientPlace, configuration, secret, Self.day(now)))
        http = TLSDoor(try Self.context(Self.httpPlace, configuration, secret, Self.day(now)))
        admin = TLSDoor(try Self.context(Self.adminPlace, configuration, secret, Self.day(now)))
        media = TLSDoor(try Self.context(Self.mediaPlace, configuration, secret, Self.day(now)))
        files = TLSDoor(try Self.context(Self.filesPlace, configuration, secret, Self.day(now)))
    }

    private var doors: [(door: TLSDoor, place: Place)] {
        [
            (client, Self.clientPlace), (http, Self.httpPlace), (admin, Self.adminPlace), (media, Self.mediaPlace),
            (files, Self.filesPlace),
        ]
    }

    /// Reads the files again. Connections that are there keep what they began with.
    /// - Throws: nothing was changed.
    func reload(_ configuration: Configuration) throws(Node.Failure) {
        let today = day.load(ordering: .relaxed)
        var renewed: [(TLSDoor, TLSContext?)] = []
        for (door, place) in doors {
            renewed.append((door, try Self.context(place, configuration, secret, today)))
        }
        for (door, context) in renewed { door.replace(context) }
    }

    /// Takes other keys for tickets when a day has begun. To be called from time to time, by one thread.
    func rotate() {
        let today = Self.day(wallClock())
        guard day.exchange(today, ordering: .relaxed) != today else { return }
        for (door, place) in doors {
            guard let old = door.context else { continue }
            // Without new keys the old ones go on: a failure here is one of memory.
            if let renewed = try? TLSContext(renewing: old, ticketKeys: Self.keys(place, secret, today)) {
                door.replace(renewed)
            }
        }
    }

    /// Of the certificate of a door; below 0 when its time is over, `nil` without one.
    func daysLeft(_ door: TLSDoor) -> Double? {
        door.context?.certificateEnd.map { (Double($0) - Double(wallClock().milliseconds) / 1000) / 86_400 }
    }

    private static func day(_ time: UnixTime) -> Int64 { time.milliseconds / 86_400_000 }

    private static func context(
        _ place: Place, _ configuration: Configuration, _ secret: [UInt8], _ day: Int64
    ) throws(Node.Failure) -> TLSContext? {
        let certificate = configuration[place.certificate]
        let key = configuration[place.key]
        if certificate.isEmpty && key.isEmpty { return nil }
        guard !certificate.isEmpty, !key.isEmpty else {
            throw .halfIdentity(certificate: place.certificate.name, key: place.key.name)
        }
        do throws(TLSError) {
            return try TLSContext(
                server: TLSContext.Identity(certificate: certificate, key: key),
                ticketKeys: keys(place, secret, day))
        } catch {
            throw .badIdentity(setting: place.certificate.name, error)
        }
    }

    private static func keys(_ place: Place, _ secret: [UInt8], _ day: Int64) -> [UInt8] {
        HKDF.key(
            from: secret.rawBytes, salt: [UInt8]().rawBytes,
            info: [UInt8]("grapevine tls tickets \(place.name) \(day)".utf8).rawBytes,
            byteCount: TLSContext.ticketKeyByteCount)
    }
}
