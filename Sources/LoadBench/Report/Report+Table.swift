/// The report for people.
extension Report {
    private static let labelWidth = 11

    public var table: String {
        let blocks = [heading, counts, latencyTable, checkTable, exampleList, [summary]]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private var heading: [String] {
        let load = [machine.loadBefore, machine.loadAfter].map { $0.first.map { decimal($0, places: 2) } ?? "?" }
        return [
            line("run", run),
            line("server", server),
            line("measured", "\(decimal(measuredSeconds, places: 1)) s"),
            line(
                "machine", "\(machine.cores) cores, load \(load[0]) before and \(load[1]) after;"
                    + " this program used \(decimal(machine.generatorCPUShare, places: 2)) of a core while sending"),
        ]
    }

    private var counts: [String] {
        var lines = [
            line(
                "logins", "\(grouped(logins.count)) at \(decimal(logins.perSecond, places: 0))/s;"
                    + " failed \(grouped(logins.failed)), disconnected \(grouped(logins.disconnects)),"
                    + " reconnected \(grouped(logins.reconnects)), kicked \(grouped(logins.kicks))")
        ]
        if logins.reconnects > 0 {
            lines.append(
                line("", "at most \(grouped(logins.peakReconnectsPerSecond)) came back within one second"))
        }
        if let messages {
            lines += [
                line(
                    "throughput", "acked \(decimal(messages.ackedPerSecond, places: 0))/s,"
                        + " delivered \(decimal(messages.deliveredPerSecond, places: 0))/s,"
                        + " out \(byteText(messages.bytesSentPerSecond))/s,"
                        + " in \(byteText(messages.bytesReceivedPerSecond))/s"),
                line(
                    "messages", "sent \(grouped(messages.sent)), acked \(grouped(messages.acked)),"
                        + " delivered \(grouped(messages.delivered)), resent \(grouped(messages.resent)),"
                        + " acked twice \(grouped(messages.lateAcks)), never acked \(grouped(messages.unacked))"),
            ]
            if messages.unsent > 0 {
                lines.append(line("", "\(grouped(messages.unsent)) were due and could not be sent"))
            }
            if messages.foreign > 0 {
                lines.append(line("", "\(grouped(messages.foreign)) were of another run"))
            }
        }
        if let memory = serverMemory {
            lines.append(
                line(
                    "memory", "server \(byteText(Double(memory.before))) before and"
                        + " \(byteText(Double(memory.after))) after the logins:"
                        + " \(decimal(memory.perConnection, places: 0)) B each"))
        }
        return lines
    }

    private var latencyTable: [String] {
        let rows: [(String, Latency?)] = [
            ("login", latencies.login), ("heartbeat", latencies.heartbeat), ("send to ack", latencies.ack),
            ("send to delivery", latencies.delivery), ("send to last member", latencies.lastDelivery),
            ("away", latencies.away),
        ]
        let titles = ["p50", "p90", "p99", "p99.9", "max", "count"]
        let title = "latency in ms".leftAligned(20) + titles.map { $0.rightAligned(11) }.joined()
        return [title] + rows.compactMap { name, latency in
            guard let latency else { return nil }
            let values = [latency.p50, latency.p90, latency.p99, latency.p999, latency.max]
            let columns = values.map { decimal($0, places: 3) } + [grouped(Int(latency.count))]
            return name.leftAligned(20) + columns.map { $0.rightAligned(11) }.joined()
        }
    }

    private var checkTable: [String] {
        if checks.isEmpty { return [] }
        return ["check".leftAligned(14) + "violations".rightAligned(12)] + checks.map { check in
            let count = check.isChecked ? grouped(check.violations) : "not checked"
            let mark = check.violations > 0 ? "  <<" : ""
            return check.check.leftAligned(14) + count.rightAligned(12) + "   " + check.meaning + mark
        }
    }

    private var exampleList: [String] {
        examples.isEmpty ? [] : ["examples"] + examples.map { "  " + $0 }
    }

    private func line(_ label: String, _ text: String) -> String {
        label.leftAligned(Self.labelWidth) + text
    }
}
