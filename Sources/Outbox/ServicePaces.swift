public import Primitives

/// How much may be on its way to each of the services of a channel: browsers have one of their makers' each, known by
/// its host; other channels have one, without a name. One that is away or slow holds nothing of the others.
///
/// A core.
public struct ServicePaces: Sendable {
    /// Of all services.
    public static let maxUnderWay = 1_000
    /// Claimed at once.
    private static let batch = 100
    /// Beyond it, those are forgotten to whom nothing is under way.
    private static let memory = 100

    private let fresh: ServicePace
    private var paces: [String: ServicePace] = [:]
    public private(set) var underWay = 0

    /// Of each service.
    public init(rate: Int, maxWindow: Int) {
        fresh = ServicePace(rate: rate, maxWindow: maxWindow)
    }

    /// How many more may be taken now, of all of them.
    public var room: Int { min(Self.batch, Self.maxUnderWay - underWay) }

    /// How many more of each one that is known; of another one it is one.
    public func rooms(at now: Instant) -> [String: Int] { paces.mapValues { $0.room(at: now) } }

    /// It has taken nothing of late.
    public func isPaused(_ service: String) -> Bool { paces[service]?.isPaused ?? false }

    public mutating func took(_ service: String, at now: Instant) {
        if paces.count > Self.memory { paces = paces.filter { !$0.value.isIdle(at: now) } }
        paces[service, default: fresh].took(1, at: now)
        underWay += 1
    }

    /// - Parameter stops: the service takes nothing more.
    public mutating func ended(_ service: String, stops: Bool, at now: Instant) {
        paces[service]?.ended(stops: stops, at: now)
        underWay -= 1
    }

    /// Traps if the counts contradict each other.
    public func checkInvariants() {
        precondition(paces.values.reduce(0) { $0 + $1.underWay } == underWay, "\(underWay) messages are under way")
        for pace in paces.values { pace.checkInvariants() }
    }
}
