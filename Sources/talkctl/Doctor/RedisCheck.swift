import DBProxy
import TLS

/// Whether the cache is one: limited, and ready to forget.
enum RedisCheck {
    static func symptom(of configuration: NodeConfiguration) -> Symptom {
        let place: RedisPlace
        do throws(TLSError) {
            guard let found = try configuration.redis() else {
                return .ok("redis", "there is no cache: nodes ask PostgreSQL more often")
            }
            place = found
        } catch {
            return .bad("redis", "no node starts with this: \(error)", fix: "correct the settings redis.tls_…")
        }
        do throws(RedisFailure) {
            return symptom(of: try RedisFacts(place).values)
        } catch {
            return .warn(
                "redis", "the cache at \(place.host):\(place.port) cannot be used: \(error); nodes work without it",
                fix: fix(of: error))
        }
    }

    private static func fix(of failure: RedisFailure) -> String {
        switch failure {
        case .tls: "correct redis.tls and the settings redis.tls_…"
        case .refused: "correct redis.password"
        case .unknownHost, .unreachable, .timedOut, .notRedis: "start it, or correct redis.address and redis.tls"
        }
    }

    static func symptom(of facts: [String: String]) -> Symptom {
        let policy = facts["maxmemory_policy"] ?? ""
        let limit = facts["maxmemory"].flatMap { Int($0) } ?? 0
        let head = "Redis \(facts["redis_version"] ?? "of an unknown version")"
        if limit == 0 {
            return .warn(
                "redis", "\(head) has no limit of memory",
                fix: "maxmemory 256mb and maxmemory-policy allkeys-lru in redis.conf")
        }
        guard policy != "noeviction" else {
            return .warn(
                "redis", "\(head) forgets nothing, and takes nothing new when \(byteText(limit)) are full",
                fix: "maxmemory-policy allkeys-lru in redis.conf")
        }
        return .ok("redis", "\(head), \(byteText(limit)) at most, then \(policy)")
    }
}
