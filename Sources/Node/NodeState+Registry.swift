import Log
import NodeAdmin
import Synchronization

/// Whether the nodes that the database knows are those that are heard.
extension NodeState {
    /// What keeps this node from being one with the others.
    func divisions() -> [Obstacle] {
        let watch = others.registryWatch.withLock { $0 }
        var obstacles: [Obstacle] = []
        if !watch.unheard.isEmpty {
            obstacles.append(
                Obstacle(
                    code: "nodes_unheard",
                    message: "\(Self.list(of: watch)) live, says the database, and are not heard here: they have "
                        + "another cluster.secret, or the network lets no UDP through between them and this node"))
        }
        if watch.refused > 0 {
            obstacles.append(
                Obstacle(
                    code: "datagrams_refused",
                    message: "\(watch.refused) datagrams of the last seconds were refused: who sent them has another "
                        + "cluster.secret"))
        }
        return obstacles
    }

    /// Logs what is new.
    func report(registry watch: RegistryWatch) {
        let before = others.registryWatch.withLock { let before = $0; $0 = watch; return before }
        if watch.unheard != before.unheard {
            if watch.unheard.isEmpty {
                log.info("nodes_heard", "every node that the database takes for alive is heard again")
            } else {
                log.warn(
                    "nodes_unheard",
                    "nodes that live, says the database, are not heard: another cluster.secret, or no UDP between them",
                    ["nodes": .string(Self.list(of: watch))])
            }
        }
        if watch.refused > 0, before.refused == 0 {
            log.warn(
                "datagrams_refused", "who sent them has another cluster.secret", ["count": .int(watch.refused)])
        }
    }

    private static func list(of watch: RegistryWatch) -> String {
        watch.unheard.sorted().map { watch.names[$0] ?? "node \($0)" }.joined(separator: ", ")
    }
}
