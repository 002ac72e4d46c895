import Metrics
import Testing

@Suite(.timeLimit(.minutes(5))) struct MetricNameTests {
    @Test func aCounterWithoutTotalIsRefused() async {
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().counter("messages", help: "x") }
    }

    @Test func aReservedSuffixIsRefused() async {
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().gauge("queue_count", help: "x") }
    }

    @Test func aNameInCamelCaseIsRefused() async {
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().gauge("queueBytes", help: "x") }
    }

    @Test func theBucketLabelIsReserved() async {
        await #expect(processExitsWith: .failure) {
            _ = MetricsRegistry().gauge("queue_bytes", help: "x", labels: ["le": "1"])
        }
    }

    @Test func aSecondKindUnderOneNameIsRefused() async {
        await #expect(processExitsWith: .failure) {
            let registry = MetricsRegistry()
            _ = registry.gauge("queue_bytes", help: "x")
            _ = registry.histogram("queue_bytes", help: "x", buckets: .bytes)
        }
    }

    @Test func otherLabelNamesUnderOneNameAreRefused() async {
        await #expect(processExitsWith: .failure) {
            let registry = MetricsRegistry()
            _ = registry.gauge("queue_bytes", help: "x", labels: ["peer": "a"])
            _ = registry.gauge("queue_bytes", help: "x", labels: ["lane": "a"])
        }
    }
}
