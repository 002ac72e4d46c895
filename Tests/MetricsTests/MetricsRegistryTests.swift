import Metrics
import Primitives
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct MetricsRegistryTests {
    private func text(of registry: MetricsRegistry) -> String {
        var output = ByteWriter()
        registry.render(into: &output)
        return String(decoding: output.bytes.copied(), as: UTF8.self)
    }

    @Test func partsOfOneSeriesAreSummed() {
        let registry = MetricsRegistry()
        let loops = (0..<3).map { _ in
            registry.counter("grapevine_messages_total", help: "Messages.", labels: ["kind": "single"])
        }
        for (index, counter) in loops.enumerated() { counter.add(UInt64(index + 1)) }
        let gauges = (0..<2).map { _ in registry.gauge("grapevine_connections", help: "Open connections.") }
        gauges[0].add(5)
        gauges[1].subtract(2)
        registry.gauge("grapevine_connections", help: "Open connections.") { 0.5 }
        registry.counter("grapevine_lines_total", help: "Lines.") { 18_446_744_073_709_551_615 }
        #expect(
            text(of: registry) == """
                # HELP grapevine_connections Open connections.
                # TYPE grapevine_connections gauge
                grapevine_connections 3.5
                # HELP grapevine_lines_total Lines.
                # TYPE grapevine_lines_total counter
                grapevine_lines_total 18446744073709551615
                # HELP grapevine_messages_total Messages.
                # TYPE grapevine_messages_total counter
                grapevine_messages_total{kind="single"} 6

                """)
    }

    @Test func outputIsSortedAndEscaped() {
        let registry = MetricsRegistry()
        let help = "Slash \\ quote \" and\nline."
        for value in ["b", "a\\b\"c\nd", "é"] {
            registry.gauge("zeta", help: help, labels: ["peer": value, "alpha": "1"]) { value == "b" ? .nan : 1 }
        }
        registry.gauge("alpha", help: "First.") { -.infinity }
        #expect(
            text(of: registry) == """
                # HELP alpha First.
                # TYPE alpha gauge
                alpha -Inf
                # HELP zeta Slash \\\\ quote " and\\nline.
                # TYPE zeta gauge
                zeta{alpha="1",peer="a\\\\b\\"c\\nd"} 1
                zeta{alpha="1",peer="b"} NaN
                zeta{alpha="1",peer="é"} 1

                """)
    }

    @Test func histogramsAreCumulativeAndInBaseUnits() {
        let registry = MetricsRegistry()
        let first = registry.histogram("delivery_seconds", help: "Delay.", buckets: .seconds, labels: ["lane": "a"])
        let second = registry.histogram("delivery_seconds", help: "Delay.", buckets: .seconds, labels: ["lane": "a"])
        first.record(.microseconds(10))
        first.record(.milliseconds(3))
        second.record(.seconds(-1))
        second.record(.seconds(1_000))
        let lines = text(of: registry).split(separator: "\n")
        #expect(lines[2] == "delivery_seconds_bucket{lane=\"a\",le=\"1e-05\"} 2")
        #expect(lines.contains("delivery_seconds_bucket{lane=\"a\",le=\"0.002\"} 2"))
        #expect(lines.contains("delivery_seconds_bucket{lane=\"a\",le=\"0.005\"} 3"))
        #expect(lines.contains("delivery_seconds_bucket{lane=\"a\",le=\"50\"} 3"))
        #expect(
            lines.suffix(3) == [
                "delivery_seconds_bucket{lane=\"a\",le=\"+Inf\"} 4",
                "delivery_seconds_sum{lane=\"a\"} 1000.00301",
                "delivery_seconds_count{lane=\"a\"} 4",
            ])
    }

    @Test(arguments: [(Buckets.bytes, UInt64(64), 0), (.bytes, 65, 1), (.items, 1, 0), (.items, 8193, 14)])
    func boundsAreInclusive(buckets: Buckets, value: UInt64, bucket: Int) {
        let histogram = Histogram(buckets)
        histogram.record(value)
        #expect(histogram.countsByBucket.firstIndex(of: 1) == bucket)
        #expect(histogram.sum == value)
    }

    @Test func rowsAreReadAtEachScrape() {
        let registry = MetricsRegistry()
        let rows = Mutex<[MetricsRegistry.Row]>([])
        registry.gauges("linked", help: "Whether.", by: ["peer", "lane"]) { rows.withLock { $0 } }
        #expect(text(of: registry) == "# HELP linked Whether.\n# TYPE linked gauge\n")
        rows.withLock { $0 = [MetricsRegistry.Row(["2", "a\"b"], 1), MetricsRegistry.Row(["3", ""], 0)] }
        #expect(
            text(of: registry).hasSuffix(
                #"""
                linked{peer="2",lane="a\"b"} 1
                linked{peer="3",lane=""} 0

                """#))
        rows.withLock { $0 = [] }
        #expect(!text(of: registry).contains("linked{"))
    }

    @Test func threadsLoseNothing() async {
        let counter = Counter()
        let histogram = Histogram(.items)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<10_000 {
                        counter.add()
                        histogram.record(3)
                    }
                }
            }
        }
        #expect(counter.value == 40_000)
        #expect(histogram.sum == 120_000)
    }

    @Test func readingsAddUpThePartsToo() {
        let registry = MetricsRegistry()
        for count in [1, 2] as [UInt64] {
            registry.counter("grapevine_logins_total", help: "Logins.", labels: ["result": "success"]).add(count)
            let spread = registry.histogram("grapevine_wait_seconds", help: "Waiting.", buckets: .seconds)
            spread.record(.microseconds(5))
            spread.record(.seconds(100))
        }
        let readings = registry.readings()
        #expect(readings.map(\.name) == ["grapevine_logins_total", "grapevine_wait_seconds"])
        guard case .number(let logins) = readings[0].value, case .spread(let bounds, let counts) = readings[1].value
        else {
            Issue.record("a counter is a number, a histogram a spread")
            return
        }
        #expect(logins == 3 && readings[0].labels == #"result="success""#)
        #expect(counts.count == bounds.count + 1)
        #expect(counts.first == 2 && counts.last == 2 && counts.reduce(0, +) == 4)
    }
}
