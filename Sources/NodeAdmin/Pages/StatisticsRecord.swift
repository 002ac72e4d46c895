import Primitives

/// What a node has counted: the metrics page in short, for those who look twice and want to know what was between.
public struct StatisticsRecord: Sendable {
    /// How long things took: counts per bucket since the start, one more than there are bounds.
    public struct Spread: Sendable {
        let name: String
        let boundsInMicroseconds: [Int]
        let counts: [Int]

        public init(_ name: String, boundsInMicroseconds: [Int], counts: [Int]) {
            self.name = name
            self.boundsInMicroseconds = boundsInMicroseconds
            self.counts = counts
        }
    }

    public var node: Int
    public var name: String
    public var epoch: Int
    public var uptimeSeconds: Int
    public var version: String
    public var counters: [(String, Int)] = []
    public var gauges: [(String, Int)] = []
    public var latencies: [Spread] = []

    public init(node: Int, name: String, epoch: Int, uptimeSeconds: Int, version: String) {
        self.node = node
        self.name = name
        self.epoch = epoch
        self.uptimeSeconds = uptimeSeconds
        self.version = version
    }
}

extension StatisticsRecord {
    static let schema = JSONSchema.object([
        .init("node", .count), .init("name", .string), .init("epoch", .count), .init("uptime_s", .count),
        .init("version", .string),
        .init("counters", .table(of: .count), "metrics of the same names, without `grapevine_`"),
        .init("gauges", .table(of: .whole)),
        .init(
            "latency",
            .table(
                of: .object([
                    .init("bounds_us", .list(of: .count)),
                    .init("counts", .list(of: .count), "one more than there are bounds: the last is above all"),
                ]))),
    ])

    var json: JSON {
        .object([
            ("node", .number(node)), ("name", .string(name)), ("epoch", .number(epoch)),
            ("uptime_s", .number(uptimeSeconds)), ("version", .string(version)),
            ("counters", .object(counters.map { ($0, .number($1)) })),
            ("gauges", .object(gauges.map { ($0, .number($1)) })),
            (
                "latency",
                .object(
                    latencies.map { spread in
                        (
                            spread.name,
                            .object([
                                ("bounds_us", .array(spread.boundsInMicroseconds.map(JSON.number))),
                                ("counts", .array(spread.counts.map(JSON.number))),
                            ])
                        )
                    })
            ),
        ])
    }
}
