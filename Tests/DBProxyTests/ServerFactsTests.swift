import DBProxy
import Glibc
import PostgresKit
import Primitives
import Testing

@Suite struct ServerFactsTests {
    @Test func aServerDescribesItself() throws {
        let database = try TestDatabase()
        let facts = try ServerFacts(database.address) { UnixTime(milliseconds: 1_000_000) }
        #expect(facts.version >= 150_000)
        #expect(facts.encoding == "UTF8")
        #expect(!facts.isStandby)
        #expect(facts.settings["fsync"] == "off")
        #expect(facts.settings["max_connections"] == "300")
        #expect(facts.settings["synchronous_commit"] == "on")
        #expect(facts.databaseBytes > 1 << 20)
        #expect(facts.usedConnections >= 1)
        #expect(facts.dataDirectory?.hasPrefix("/") == true)
        #expect(facts.schema.number == Migrator.latest)
        #expect(facts.clockLead > .seconds(1_000_000_000))
        #expect(facts.clockError == .milliseconds(1))
    }

    @Test func theFastestAnswerTellsTheTime() throws {
        let database = try TestDatabase()
        // Every second look at our clock comes later than the one before, by less and less.
        var time: Int64 = 0
        var step: Int64 = 50
        let facts = try ServerFacts(database.address) {
            time += step
            step -= 5
            return UnixTime(milliseconds: time)
        }
        #expect(facts.clockError == .milliseconds(3))
    }

    @Test func aCacheDescribesItself() throws {
        guard let place = unsafe getenv("GRAPEVINE_TEST_REDIS").map({ unsafe String(cString: $0) }) else { return }
        let port = try #require(place.split(separator: ":").last.flatMap { UInt16($0) })
        let facts = try RedisFacts(RedisPlace(host: "127.0.0.1", port: port)).values
        #expect(facts["redis_version"]?.contains(".") == true)
        #expect(facts["maxmemory_policy"] == "noeviction")
        #expect(throws: RedisFailure.self) { try RedisFacts(RedisPlace(host: "127.0.0.1", port: 1)) }
    }

    @Test func aConnectionStringBecomesAnEnvironment() throws {
        let address = try PostgresAddress("host=db port=5 user=u password='a b' dbname=d sslmode=require keepalives=1")
        #expect(
            address.environment == [
                "PGHOST": "db", "PGPORT": "5", "PGUSER": "u", "PGPASSWORD": "a b", "PGDATABASE": "d",
                "PGSSLMODE": "require",
            ])
    }

    @Test(arguments: [
        ("host=127.0.0.1", true), ("host=::1", true), ("host=localhost", true), ("host=/run/postgresql", true),
        ("dbname=x", true), ("host=10.0.0.1", false), ("host=db", false), ("host=localhost,db", false),
    ])
    func aServerOfThisMachineIsKnown(string: String, isLocal: Bool) throws {
        #expect(try PostgresAddress(string).isOfThisMachine == isLocal)
    }
}
