public import Primitives
import Synchronization

/// All metrics of a process by name and labels, written out in Prometheus' text format 0.0.4.
///
/// Registration and scrapes may come from any thread; they share a lock that no recording ever takes. What is
/// registered stays for the life of the process, so label values must come from small fixed sets.
public final class MetricsRegistry: Sendable {
    /// The parts that different loops registered under one name and one set of labels.
    enum Part: Sendable {
        case count(@Sendable () -> UInt64)
        case level(@Sendable () -> Double)
        case spread(Histogram)
    }

    /// One of the series whose labels are known only at the scrape.
    public struct Row: Sendable {
        let labels: [String]
        let value: Double

        /// - Parameter labels: values, in the order of the names that were registered.
        public init(_ labels: [String], _ value: Int) {
            self.labels = labels
            self.value = Double(value)
        }
    }

    struct Family: Sendable {
        let kind: MetricKind
        let help: String
        let labelNames: [String]
        let buckets: Buckets?
        /// Keyed by the labels as they are printed, without braces.
        var series: [String: [Part]] = [:]
        var rows: (@Sendable () -> [Row])?
    }

    private let families = Mutex<[String: Family]>([:])

    public init() {}

    /// A new counter; its name ends in `_total`.
    public func counter(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:]
    ) -> Counter {
        let counter = Counter()
        register(name, .counter, help, labels, .count { counter.value })
        return counter
    }

    /// A count that is kept elsewhere, read at each scrape by whichever thread scrapes.
    public func counter(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:],
        read: @escaping @Sendable () -> UInt64
    ) {
        register(name, .counter, help, labels, .count(read))
    }

    /// The same for what is not counted in whole numbers.
    public func decimalCounter(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:],
        read: @escaping @Sendable () -> Double
    ) {
        register(name, .counter, help, labels, .level(read))
    }

    public func gauge(_ name: String, help: String, labels: KeyValuePairs<String, String> = [:]) -> Gauge {
        let gauge = Gauge()
        register(name, .gauge, help, labels, .level { Double(gauge.value) })
        return gauge
    }

    /// A level that is known elsewhere, read at each scrape by whichever thread scrapes.
    public func gauge(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:],
        read: @escaping @Sendable () -> Double
    ) {
        register(name, .gauge, help, labels, .level(read))
    }

    /// Counts for things that come and go, such as peers: one series for each row that `read` returns at a scrape.
    /// There must be few of them, each with labels of its own. For a name that has no other series.
    public func counters(
        _ name: String, help: String, by labels: [String], read: @escaping @Sendable () -> [Row]
    ) {
        register(name, .counter, help, by: labels, read)
    }

    /// The same for levels.
    public func gauges(_ name: String, help: String, by labels: [String], read: @escaping @Sendable () -> [Row]) {
        register(name, .gauge, help, by: labels, read)
    }

    public func histogram(
        _ name: String, help: String, buckets: Buckets, labels: KeyValuePairs<String, String> = [:]
    ) -> Histogram {
        let histogram = Histogram(buckets)
        register(name, .histogram, help, labels, .spread(histogram), buckets: buckets)
        return histogram
    }

    /// Appends every metric, sorted by name and labels. Counts recorded meanwhile may or may not be included.
    public func render(into output: inout ByteWriter) {
        // Closures run outside of the lock: they may take locks of their own.
        for (name, family) in snapshot().sorted(by: { $0.key < $1.key }) {
            PrometheusText.append(family, named: name, to: &output)
        }
    }

    func snapshot() -> [String: Family] { families.withLock { $0 } }

    private func register(
        _ name: String, _ kind: MetricKind, _ help: String, by labels: [String], _ read: @escaping @Sendable () -> [Row]
    ) {
        MetricName.check(name, kind: kind)
        MetricName.check(labels: labels.map { ($0, "") }, of: name)
        families.withLock { families in
            precondition(families[name] == nil, "metric '\(name)' was registered before")
            var family = Family(kind: kind, help: help, labelNames: labels, buckets: nil)
            family.rows = read
            families[name] = family
        }
    }

    private func register(
        _ name: String, _ kind: MetricKind, _ help: String, _ labels: KeyValuePairs<String, String>, _ part: Part,
        buckets: Buckets? = nil
    ) {
        MetricName.check(name, kind: kind)
        let sorted = labels.map { (name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
        MetricName.check(labels: sorted, of: name)
        let labelNames = sorted.map(\.name)
        let key = PrometheusText.labels(sorted)
        families.withLock { families in
            var family =
                families[name] ?? Family(kind: kind, help: help, labelNames: labelNames, buckets: buckets)
            precondition(
                family.kind == kind && family.help == help && family.buckets == buckets,
                "metric '\(name)' was registered before with another kind, help text or buckets")
            precondition(
                family.labelNames == labelNames,
                "metric '\(name)' has labels \(family.labelNames), a later registration has \(labelNames)")
            family.series[key, default: []].append(part)
            families[name] = family
        }
    }
}
