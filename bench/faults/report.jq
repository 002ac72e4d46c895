# What a fault report shows of the report of load-bench.
def ms: . * 10 | round / 10;
"  acknowledged                \(.messages.acked), of them resent \(.messages.resent); \(.logins.reconnects) reconnects",
"  send to delivery            p50 \(.latencies.delivery.p50 | ms) ms, p99 \(.latencies.delivery.p99 | ms) ms, "
    + "max \(.latencies.delivery.max | ms) ms",
(if .latencies.away then "  away                        p50 \(.latencies.away.p50 | ms) ms, max \(.latencies.away.max | ms) ms; "
    + "at most \(.logins.peakReconnectsPerSecond) logins in a second" else empty end),
"  \(.summary)",
(.checks[] | select(.violations > 0) | "  \(.check) \(.violations): \(.meaning)"),
(.examples[:4][] | "    \(.)")
