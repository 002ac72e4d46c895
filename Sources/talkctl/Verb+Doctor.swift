import Administration
import DBProxy
import Node
import Primitives
import Program
import Reactor
import Settings

extension Verb {
    static let doctor = [
        Verb(
            "doctor", nil, nil, "Looks at configuration, database, cache, machine and network for what goes wrong.",
            run: examine)
    ]

    private static func examine(_ call: Invocation) throws -> Report {
        let configuration = try call.configuration()
        let show = call.console.showProgress
        show("asking PostgreSQL")
        // Without our tables nothing is known of other nodes.
        let places = (try? call.administrator().nodes()) ?? []
        let others = places.filter { $0.isLively && $0.name != configuration[NodeSettings.name] }
        var symptoms = try database(call, configuration, nodeCount: others.count + 1)
        show("asking Redis")
        symptoms.append(RedisCheck.symptom(of: configuration))
        show("looking up addresses")
        symptoms += addresses(configuration, others)
        symptoms += SecretCheck.symptoms(of: configuration)
        symptoms += CertificateCheck.symptoms(of: configuration, at: call.console.now())
        symptoms.append(
            NodeCheck.files(SystemFacts.openFileLimits, clients: configuration[NodeSettings.maxConnections]))
        show("asking TURN servers")
        symptoms += RelayCheck.symptoms(of: configuration, at: call.console.now())
        show("asking the nodes")
        symptoms += nodes(configuration, places)
        return report(symptoms)
    }

    /// - Parameter places: of the nodes that the database knows.
    private static func nodes(_ configuration: NodeConfiguration, _ places: [NodePlace]) -> [Symptom] {
        let name = configuration[NodeSettings.name]
        let others = places.filter { $0.name != name }
        let isMissed = places.count > others.count || !others.contains(where: \.isLively)
        let asked = NodeCheck.symptoms(of: configuration, isMissed: isMissed)
        let cluster = configuration.adminToken.flatMap {
            try? ClusterNodes(AdminPort(of: configuration, token: $0))
        }
        // Who left and has started again may be known to the database first.
        let known = (cluster?.all ?? []).filter { $0["state"]?.text != "left" }
        let unknown = others.filter { place in !known.contains { $0["id"]?.integer == Int(place.number) } }
        let found = known.flatMap { ClusterCheck.symptoms(of: $0) }
            + (cluster?.ask("/admin/v1/readiness") ?? []).filter { $0.node["self"]?.isTrue != true }
            .flatMap { ClusterCheck.symptoms(of: $0) }
            + unknown.map { ClusterCheck.symptom(of: $0) }
        // The kernel knows a way to a node that is dead as well: only that there is none says something of it.
        let live = Set((cluster?.live ?? []).compactMap { $0["id"]?.integer } + unknown.map { Int($0.number) })
        let routes = others.filter(\.isLively).compactMap { place in
            let route = NodeCheck.route(to: place)
            return route.level != .ok || live.contains(Int(place.number)) ? route : nil
        }
        return asked + found + routes + clientAddresses(cluster?.live ?? [])
    }

    private static func database(
        _ call: Invocation, _ configuration: NodeConfiguration, nodeCount: Int
    ) throws -> [Symptom] {
        let address = try configuration.postgres()
        let facts: ServerFacts
        do throws(Migrator.Failure) {
            facts = try ServerFacts(address, wallClock: call.console.now)
        } catch {
            return [
                .bad(
                    "postgres", "the database \(address.summary) cannot be used: \(error)",
                    fix: "start PostgreSQL, or correct postgres.dsn")
            ]
        }
        let loops = configuration[NodeSettings.loops]
        let perLoop = configuration[NodeSettings.postgresQueries] + configuration[NodeSettings.postgresAppends]
        // The loop for other nodes has one of its own, and two that try whether commits succeed.
        let perNode = (loops == 0 ? SystemFacts.coreCount : loops) * perLoop + 3
        let folder = address.isOfThisMachine ? facts.dataDirectory : nil
        return PostgresCheck(
            facts: facts, neededConnections: nodeCount * perNode,
            freeBytes: folder.flatMap(FileFacts.freeBytes(at:))
        ).symptoms
    }

    private static func addresses(_ configuration: NodeConfiguration, _ others: [NodePlace]) -> [Symptom] {
        let reach = { (place: HostPort) in
            AddressCheck.reach(of: NameResolver.resolveNow(place.host, port: place.port))
        }
        let listens = configuration[NodeSettings.clientListen]
        let told = configuration[NodeSettings.clientAdvertise] ?? listens
        let gossip = configuration[NodeSettings.gossipListen]
        let advertised = configuration[NodeSettings.clusterAdvertise]
        let host = advertised.isEmpty ? gossip.host : advertised
        return [
            AddressCheck.clients(told: told, reach(told), listens: reach(listens)),
            PlainCheck.symptom(
                listens: reach(listens), hasTLS: !configuration[NodeSettings.clientCertificate].isEmpty),
            AddressCheck.cluster(
                host: host, reach(HostPort(host: host, port: gossip.port)),
                others: others.map { reach(HostPort(host: $0.host, port: $0.gossipPort)) }),
        ]
    }

    /// As the nodes of the cluster tell them; without a node that answers there is nothing to look at.
    static func clientAddresses(_ live: [JSON]) -> [Symptom] {
        let told = live.compactMap { node -> (node: String, place: String, reach: AddressCheck.Reach)? in
            guard let place = node["status"]?["client_address"]?.text, !place.isEmpty else { return nil }
            let reach = HostPort(setting: place).map {
                AddressCheck.reach(of: NameResolver.resolveNow($0.host, port: $0.port))
            }
            return (node.nodeTitle, place, reach ?? .unknown)
        }
        return told.isEmpty ? [] : AddressCheck.allClients(told)
    }

    private static func report(_ symptoms: [Symptom]) -> Report {
        let count = { (level: Symptom.Level) in symptoms.count { $0.level == level } }
        let (bad, warn) = (count(.bad), count(.warn))
        let verdict = "\(symptoms.count) things looked at: \(bad) bad, \(warn) to keep an eye on."
        return Report(
            (symptoms.map(\.line) + [verdict]).joined(separator: "\n"),
            .object([
                ("healthy", .bool(bad == 0)), ("findings", .array(symptoms.map(\.json))),
            ]), isUnhealthy: bad > 0)
    }
}
