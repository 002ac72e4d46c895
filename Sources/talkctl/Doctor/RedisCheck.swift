import DBProxy
import Settings

/// Whether the cache is one: limited, and ready to forget.
enum RedisCheck {
    static func symptom(of place: HostPort?, password: String) -> Symptom {
        guard let place else { return .ok("redis", "there is no cache: nodes ask PostgreSQL more often") }
        do throws(RedisFacts.Unreachable) {
            let redis = RedisPlace(host: place.host, port: place.port, password: password)
            return symptom(of: try RedisFacts(redis).values)
        } catch {
            return .warn(
                "redis", "the cache at \(place.settingText) cannot be used: \(error); nodes work without it",
                fix: "start it, or correct redis.address and redis.password")
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
