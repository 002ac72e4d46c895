/// The naming rules of Prometheus' documentation ("Metric and label naming"), as far as a machine can check them.
///
/// Names are literals of ours, so a bad one is a mistake in the program and is found by its first registration.
enum MetricName {
    static func check(_ name: String, kind: MetricKind) {
        precondition(isSnakeCase(name), "metric name '\(name)' is not lower snake case")
        for suffix in ["_bucket", "_sum", "_count"] {
            precondition(!name.hasSuffix(suffix), "metric name '\(name)' ends in the reserved '\(suffix)'")
        }
        precondition(
            !name.hasSuffix("_info") || kind == .gauge, "metric name '\(name)': what ends in '_info' is a gauge of 1")
        precondition(
            name.hasSuffix("_total") == (kind == .counter),
            "metric name '\(name)': counters, and only counters, end in '_total'")
    }

    static func check(labels: [(name: String, value: String)], of metric: String) {
        for label in labels {
            precondition(
                isSnakeCase(label.name) && !label.name.hasPrefix("__") && label.name != "le",
                "metric '\(metric)' cannot have a label named '\(label.name)'")
        }
        precondition(
            Set(labels.map(\.name)).count == labels.count, "metric '\(metric)' repeats a label: \(labels.map(\.name))")
    }

    private static func isSnakeCase(_ name: String) -> Bool {
        guard let first = name.utf8.first, !isDigit(first) else { return false }
        return name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_") || isDigit(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// What a metric is to Prometheus; the raw value is its word on a TYPE line.
enum MetricKind: String {
    case counter
    case gauge
    case histogram
}
