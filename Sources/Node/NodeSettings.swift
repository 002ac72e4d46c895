public import Log
public import Settings
import WebSocket

/// Every setting of a node. The table yields the parser, `--help` and `--check-config`.
public enum NodeSettings {
    /// The environment variable that names the file with settings. It is none of them itself.
    public static let fileVariable = "GRAPEVINE_CONFIG"

    public static let name = Setting<String>(
        "node.name", default: "node1", help: "What the node is called in logs and in the cluster.",
        complaint: { name in
            let isPlain = name.utf8.allSatisfy { (0x21...0x7e).contains($0) }
            let isNumber = name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            return isPlain && !isNumber && name.utf8.count <= 255 && !name.hasPrefix("#") && !name.hasPrefix("-")
                ? nil : "must be printable ASCII without blanks, no number, and must not start with '#' or '-'"
        })
    public static let loops = Setting<Int>(
        "node.loops", default: 0, in: 0...256, help: "Event loops; 0 means one per core.")

    // Three addresses are separate everywhere: where it binds, and what it tells clients.
    public static let clientListen = Setting<HostPort>(
        "client.listen", default: HostPort(host: "127.0.0.1", port: 8000),
        help: "Where clients connect: TeamTalk packets over TCP, or in a WebSocket, whatever its path.")
    public static let clientAdvertise = Setting<HostPort?>(
        "client.advertise", default: nil, help: "The address that clients are told; client.listen if not given.")
    public static let proxyProtocol = Setting<Bool>(
        "client.proxy_protocol", default: false,
        help: "Clients come through a proxy that says whose each connection is (PROXY protocol 1 or 2). Nobody else "
            + "may reach the port then.")
    public static let origins = Setting<String>(
        "client.origins", default: "",
        help: "Pages that may open a WebSocket here, besides those of the host that they connect to: "
            + "https://im.example.org, with commas; * for all.",
        reloads: true, complaint: { WebSocketOrigins($0) == nil ? "must be http:// or https:// and a host" : nil })
    public static let pingInterval = Setting<Duration>(
        "client.ping_interval", default: .seconds(25), in: .milliseconds(10)...(.seconds(3600)),
        help: "How often a WebSocket gets a ping, so that no proxy forgets it.", reloads: true)
    public static let pollHold = Setting<Duration>(
        "client.poll_hold", default: .seconds(25), in: .milliseconds(10)...(.seconds(25)),
        help: "How long a request of `/poll` waits for packets: less than proxies wait.", reloads: true)
    public static let clientCertificate = Setting<String>(
        "client.tls_certificate", default: "",
        help: "PEM file of a certificate with its chain: clients may speak TLS 1.2 or 1.3 on their port then.",
        reloads: true)
    public static let clientKey = Setting<String>(
        "client.tls_key", default: "", help: "PEM file of the key of that certificate.", reloads: true)
    public static let httpListen = Setting<HostPort>(
        "http.listen", default: HostPort(host: "127.0.0.1", port: 8080),
        help: "Public HTTP: /msg_server, the WebSocket /ws, and /poll.")
    public static let httpAdvertise = Setting<String>(
        "http.advertise", default: "",
        help: "The URL that leads there, such as https://im.example.org; http, the host of client.advertise and the "
            + "port of http.listen if not given.",
        complaint: { url in
            if url.isEmpty { return nil }
            let scheme = ["http://", "https://"].first(where: url.hasPrefix) ?? url
            let host = url.utf8.dropFirst(scheme.utf8.count)
            let isHost = !host.isEmpty && host.allSatisfy { byte in
                let isASCII = byte < 0x80, letter = Character(Unicode.Scalar(byte))
                return isASCII && (letter.isLetter || letter.isNumber || ".-:[]".contains(letter))
            }
            return isHost ? nil : "must be http:// or https:// and a host, without a path"
        })
    public static let httpCertificate = Setting<String>(
        "http.tls_certificate", default: "",
        help: "PEM file of a certificate with its chain: the public HTTP port is reached by https then, too.",
        reloads: true)
    public static let httpKey = Setting<String>(
        "http.tls_key", default: "", help: "PEM file of the key of that certificate.", reloads: true)
    public static let adminListen = Setting<HostPort>(
        "admin.listen", default: HostPort(host: "127.0.0.1", port: 9000),
        help: "Administration over HTTP: /healthz, /readyz, /metrics, /version, and /admin/v1 for those with a token.")
    public static let adminCertificate = Setting<String>(
        "admin.tls_certificate", default: "",
        help: "PEM file of a certificate with its chain: the administration port is reached by https then, too.",
        reloads: true)
    public static let adminKey = Setting<String>(
        "admin.tls_key", default: "", help: "PEM file of the key of that certificate.", reloads: true)
    public static let adminToken = Setting<String>(
        "admin.token", default: "",
        help: "A token for everything in /admin/v1: at least 32 characters that nobody can guess.", isSecret: true,
        complaint: { token in
            if token.isEmpty { return nil }
            if let complaint = SecretStrength.complaint(token) { return complaint }
            let isPlain = token.utf8.allSatisfy { (0x21...0x7e).contains($0) }
            return isPlain ? nil : "must be printable ASCII without blanks"
        })
    public static let appKey = Setting<String>(
        "http.app_key", default: "",
        help: "What programs give that make groups through /query/CreateGroup and /query/ChangeMembers: "
            + "at least 16 characters. Empty: nobody may.",
        isSecret: true,
        complaint: { !$0.isEmpty && $0.utf8.count < 16 ? "must have at least 16 characters" : nil })
    public static let registration = Setting<Bool>(
        "http.registration", default: false,
        help: "Whether people may make accounts for themselves: on the chat page, and by POST /register.")
    public static let invitation = Setting<String>(
        "http.invitation", default: "",
        help: "What they must give for that, as somebody told them. Empty: nothing.", isSecret: true)

    public static let postgres = Setting<String>(
        required: "postgres.dsn",
        help: "Connection string of PostgreSQL, as libpq reads it. Of several hosts, the one that is writable is used.",
        isSecret: true, complaint: { $0.isEmpty ? "must not be empty" : nil })
    public static let postgresQueries = Setting<Int>(
        "postgres.query_connections", default: 2, in: 1...64, help: "Connections per loop for questions.")
    public static let postgresAppends = Setting<Int>(
        "postgres.append_connections", default: 1, in: 1...64, help: "Connections per loop for messages.")
    public static let redis = Setting<HostPort?>(
        "redis.address", default: nil, help: "Redis, a cache; without it the node is slower and right.")
    public static let redisPassword = Setting<String>(
        "redis.password", default: "", help: "What Redis asks for, if it does (requirepass).", isSecret: true)
    public static let redisTLS = Setting<Bool>(
        "redis.tls", default: false, help: "Whether the connection to Redis is encrypted, with TLS 1.2 or 1.3.")
    public static let redisAuthorities = Setting<String>(
        "redis.tls_authorities", default: "",
        help: "PEM file of those whose certificates of Redis are believed. Empty: those of the system.")
    public static let redisCertificate = Setting<String>(
        "redis.tls_certificate", default: "",
        help: "PEM file of the certificate for a Redis that asks for one (tls-auth-clients).")
    public static let redisKey = Setting<String>(
        "redis.tls_key", default: "", help: "PEM file of the key of that certificate.")
    public static let clusterSecret = Setting<String>(
        required: "cluster.secret", help: "Shared by all nodes: at least 32 characters that nobody can guess.",
        isSecret: true, complaint: SecretStrength.complaint)

    public static let gossipListen = Setting<HostPort>(
        "gossip.listen", default: HostPort(host: "127.0.0.1", port: 7946),
        help: "UDP, for the other nodes: who is in the cluster.")
    public static let busListen = Setting<HostPort>(
        "bus.listen", default: HostPort(host: "127.0.0.1", port: 7947),
        help: "TCP, for the other nodes: messages and presence.")
    public static let clusterAdvertise = Setting<String>(
        "cluster.advertise", default: "",
        help: "Host name or address at which other nodes reach this one; that of gossip.listen if empty.")
    public static let clusterJoin = Setting<String>(
        "cluster.join", default: "",
        help: "Where other nodes may be, besides those that the database knows: host:port of gossip, with commas.")

    public static let maxConnections = Setting<Int>(
        "limits.connections", default: 100_000, in: 1...10_000_000, help: "Clients of this node.")
    public static let messageRate = Setting<Int>(
        "limits.messages_per_second", default: 20, in: 1...1_000_000,
        help: "Messages of one user in the long run. Faster ones wait in the user's own socket.", reloads: true)
    public static let messageBurst = Setting<Int>(
        "limits.message_burst", default: 40, in: 1...1_000_000, help: "Messages of one user at once.", reloads: true)
    public static let messageBytes = Setting<ByteSize>(
        "limits.message_bytes_per_second", default: ByteSize(bytes: 256 << 10),
        in: ByteSize(bytes: 16 << 10)...ByteSize(bytes: 1 << 30),
        help: "Bytes of messages of one user in the long run; twice as many at once.", reloads: true)
    public static let requestRate = Setting<Int>(
        "limits.requests_per_second", default: 50, in: 1...1_000_000,
        help: "Other requests of one user in the long run.", reloads: true)
    public static let requestBurst = Setting<Int>(
        "limits.request_burst", default: 100, in: 1...1_000_000, help: "Other requests of one user at once.",
        reloads: true)
    public static let groupChanges = Setting<Int>(
        "limits.group_changes_per_second", default: 2, in: 1...1_000_000,
        help: "Groups that one user makes or changes in the long run; ten times as many at once.", reloads: true)
    public static let groupsPerCreator = Setting<Int>(
        "limits.groups_per_creator", default: 200, in: 1...1_000_000,
        help: "Groups that a user has made with a client and that have not ended, whoever leads them now.",
        reloads: true)
    public static let textBytes = Setting<ByteSize>(
        "limits.text", default: ByteSize(bytes: 16 << 10), in: ByteSize(bytes: 16)...ByteSize(bytes: 256 << 10),
        help: "Longest text message, as it travels.", reloads: true)
    public static let audioBytes = Setting<ByteSize>(
        "limits.audio", default: ByteSize(bytes: 390_000), in: ByteSize(bytes: 16)...ByteSize(bytes: 400_000),
        help: "Longest voice message. Above 400,000 bytes Android drops the connection.", reloads: true)
    public static let firstByteDeadline = Setting<Duration>(
        "limits.first_byte_deadline", default: .seconds(10), in: .milliseconds(10)...(.seconds(3600)),
        help: "A connection that says nothing for so long is closed.", reloads: true)
    public static let loginDeadline = Setting<Duration>(
        "limits.login_deadline", default: .seconds(15), in: .milliseconds(10)...(.seconds(3600)),
        help: "Time from the connection to the login.", reloads: true)
    public static let packetDeadline = Setting<Duration>(
        "limits.packet_deadline", default: .seconds(30), in: .milliseconds(10)...(.seconds(3600)),
        help: "Time from the first byte of a packet to its last.", reloads: true)
    public static let idlePC = Setting<Duration>(
        "limits.idle_pc", default: .seconds(120), in: .milliseconds(10)...(.seconds(86_400)),
        help: "A PC that sends nothing, no heartbeat either, is closed.", reloads: true)
    public static let idlePoll = Setting<Duration>(
        "limits.idle_poll", default: .seconds(60), in: .milliseconds(10)...(.seconds(86_400)),
        help: "A session of `/poll` that asks nothing is closed.", reloads: true)
    public static let idleMobile = Setting<Duration>(
        "limits.idle_mobile", default: .seconds(300), in: .milliseconds(10)...(.seconds(86_400)),
        help: "The same for mobiles.", reloads: true)
    public static let newcomersPerAddress = Setting<Int>(
        "limits.newcomers_per_address", default: 20, in: 1...1_000_000,
        help: "Connections of one address that have not logged in yet.")
    public static let newcomers = Setting<Int>(
        "limits.newcomers", default: 2_000, in: 1...1_000_000, help: "Connections that have not logged in yet.")
    public static let failedLogins = Setting<Int>(
        "limits.failed_logins_per_address", default: 30, in: 1...1_000_000,
        help: "Different wrong passwords of one address per minute; beyond it only those are judged there whose name "
            + "has logged in from it of late.")
    public static let loginRetryDelay = Setting<Duration>(
        "limits.login_retry_delay", default: .seconds(2), in: .zero...(.seconds(60)),
        help: "From the third wrong password of a name at one address to its next login there; twice as long after "
            + "each further one.", reloads: true)
    public static let httpConnections = Setting<Int>(
        "limits.http_connections", default: 1_000, in: 1...1_000_000,
        help: "Connections of each HTTP port, apart from clients.")
    public static let acceptRate = Setting<Int>(
        "limits.accepts_per_second", default: 1_000, in: 1...1_000_000, help: "New connections of this node.")

    public static let loginRate = Setting<Int>(
        "limits.logins_per_second", default: 2_000, in: 1...1_000_000,
        help: "Logins of this node. Those that are too many wait for some seconds, then they are told to come later.",
        reloads: true)

    public static let drainRate = Setting<Int>(
        "drain.rate", default: 500, in: 1...1_000_000,
        help: "Clients per second that a node lets go before it stops, if others take them.", reloads: true)
    public static let drainLimit = Setting<Duration>(
        "drain.limit", default: .seconds(30), in: .zero...(.seconds(3600)),
        help: "Time for that. Where it is too short for the rate, the rate rises.", reloads: true)

    /// Oldest version of each kind of client; older ones get result 7. The version is what the client calls itself.
    public static let minVersion = Setting<String>(
        "client.min_version", default: "",
        help: "Oldest version that may log in, by kind: android=1.2.0,ios=1.0. Empty: any.", reloads: true)
    public static let loadTest = Setting<Bool>(
        "load_test", default: false,
        help: "Accept the cheap passwords of `talkctl user seed`. Never on a cluster with real users.")

    public static let logLevel = Setting<LogLevel>(
        "log.level", default: .info, help: "Least severe event that is logged.", reloads: true)
    public static let logFormat = Setting<LogFormat>(
        "log.format", default: .json, help: "json for programs, text for people.")

    public static let schema = Schema([
        name, loops, clientListen, clientAdvertise, proxyProtocol, origins, pingInterval, pollHold, clientCertificate,
        clientKey, httpListen, httpAdvertise, httpCertificate, httpKey, adminListen, adminCertificate, adminKey,
        adminToken, appKey, registration, invitation, postgres, postgresQueries, postgresAppends,
        redis, redisPassword, redisTLS, redisAuthorities, redisCertificate, redisKey, clusterSecret,
        gossipListen, busListen, clusterAdvertise, clusterJoin, maxConnections, messageRate, messageBurst, messageBytes,
        requestRate, requestBurst, groupChanges, groupsPerCreator, textBytes, audioBytes, firstByteDeadline,
        loginDeadline, packetDeadline, idlePC, idlePoll, idleMobile, newcomersPerAddress, newcomers, failedLogins,
        loginRetryDelay, httpConnections, acceptRate, loginRate, drainRate, drainLimit, minVersion, loadTest, logLevel,
        logFormat,
    ] + media + calls + reviews)
}

extension LogLevel: SettingValue {}
extension LogFormat: SettingValue {}
