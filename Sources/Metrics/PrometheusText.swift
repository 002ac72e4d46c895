import Primitives

/// Prometheus' "text-based format", version 0.0.4: one line per sample, UTF-8.
public enum PrometheusText {
    static func append(_ family: MetricsRegistry.Family, named name: String, to output: inout ByteWriter) {
        output.append(utf8: "# HELP \(name) \(escaped(family.help, quotes: false))\n")
        output.append(utf8: "# TYPE \(name) \(family.kind.rawValue)\n")
        for (labels, parts) in family.series.sorted(by: { $0.key < $1.key }) {
            if let buckets = family.buckets {
                appendSpread(parts, buckets, name, labels, to: &output)
            } else {
                appendSample(name, labels, sum(parts), to: &output)
            }
        }
        for row in family.rows?() ?? [] {
            precondition(
                row.labels.count == family.labelNames.count,
                "metric '\(name)' has labels \(family.labelNames), a row has \(row.labels)")
            let labels = labels(zip(family.labelNames, row.labels).map { (name: $0, value: $1) })
            appendSample(name, labels, number(row.value), to: &output)
        }
    }

    /// Labels as they stand between the braces.
    static func labels(_ labels: [(name: String, value: String)]) -> String {
        labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
    }

    private static func appendSample(
        _ name: String, _ labels: String, _ value: String, to output: inout ByteWriter
    ) {
        output.append(utf8: labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n")
    }

    private static func appendSpread(
        _ parts: [MetricsRegistry.Part], _ buckets: Buckets, _ name: String, _ labels: String,
        to output: inout ByteWriter
    ) {
        var counts = [UInt64](repeating: 0, count: buckets.bounds.count + 1)
        var total: UInt64 = 0
        for case .spread(let histogram) in parts {
            for (index, count) in histogram.countsByBucket.enumerated() { counts[index] &+= count }
            total &+= histogram.sum
        }
        let prefix = labels.isEmpty ? "" : labels + ","
        var cumulative: UInt64 = 0
        for (index, count) in counts.enumerated() {
            cumulative &+= count
            let bound = index < buckets.bounds.count
                ? number(Double(buckets.bounds[index]) / buckets.unitsPerBase) : "+Inf"
            appendSample("\(name)_bucket", "\(prefix)le=\"\(bound)\"", "\(cumulative)", to: &output)
        }
        appendSample("\(name)_sum", labels, number(Double(total) / buckets.unitsPerBase), to: &output)
        // Not a counter of its own: the count must equal the last bucket in every scrape.
        appendSample("\(name)_count", labels, "\(cumulative)", to: &output)
    }

    private static func sum(_ parts: [MetricsRegistry.Part]) -> String {
        var count: UInt64 = 0
        var level: Double?
        for part in parts {
            switch part {
            case .count(let read): count &+= read()
            case .level(let read): level = (level ?? 0) + read()
            case .spread: preconditionFailure("a histogram among numbers: families hold parts of one kind")
            }
        }
        return level.map(number) ?? "\(count)"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        // Whole numbers without the ".0" that Swift adds, as long as a double holds them exactly.
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return "\(whole)" }
        return "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
