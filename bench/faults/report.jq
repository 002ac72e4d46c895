# What a fault report shows of the report of load-bench.
def ms: . * 10 | round / 10;
"  acknowledged                \(.messages.acked), of them resent \(.messages.resent); \(.logins.reconnects) reconnects",
"  send to delivery            p50 \(.latencies.delivery.p50 | ms) ms, p99 \(.latencies.delivery.p99 | ms) ms, "
    + "max \(.latencies.delivery.max | ms) ms",
"  \(.summary)",
(.checks[] | select(.violations > 0) | "  \(.check) \(.violations): \(.meaning)"),
(.examples[:4][] | "    \(.)")
