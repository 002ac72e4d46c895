/// What a metric says now, the parts of all loops added up.
public struct MetricReading: Sendable {
    public enum Value: Sendable {
        case number(Double)
        /// Counts per bucket, the last one for values above every bound; bounds in recording units.
        case spread(bounds: [UInt64], counts: [UInt64])
    }

    public let name: String
    /// As they are printed, without braces.
    public let labels: String
    public let value: Value
}

extension MetricsRegistry {
    /// Every metric but those whose series come and go, sorted by name and labels.
    public func readings() -> [MetricReading] {
        // Closures run outside of the lock: they may take locks of their own.
        let snapshot = snapshot()
        return snapshot.sorted { $0.key < $1.key }.flatMap { name, family in
            family.series.sorted { $0.key < $1.key }.map { labels, parts in
                MetricReading(name: name, labels: labels, value: Self.value(parts, family.buckets))
            }
        }
    }

    private static func value(_ parts: [Part], _ buckets: Buckets?) -> MetricReading.Value {
        guard let buckets else {
            return .number(parts.reduce(0) { sum, part in
                switch part {
                case .count(let read): sum + Double(read())
                case .level(let read): sum + read()
                case .spread: preconditionFailure("a histogram among numbers: families hold parts of one kind")
                }
            })
        }
        var counts = [UInt64](repeating: 0, count: buckets.bounds.count + 1)
        for case .spread(let histogram) in parts {
            for (index, count) in histogram.countsByBucket.enumerated() { counts[index] &+= count }
        }
        return .spread(bounds: buckets.bounds, counts: counts)
    }
}
