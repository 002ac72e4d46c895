import DBProxy
import Primitives

/// Whether the nodes are there that should be: those that the database knows, and those that a node has heard of. Who
/// left on purpose is in neither list.
enum ClusterCheck {
    private static let code = "cluster_node"

    /// What a node knows of another one.
    static func symptoms(of node: JSON) -> [Symptom] {
        let (name, age) = (node.nodeTitle, Verb.age(of: node))
        switch node["state"]?.text {
        case "dead": return [.bad(code, "\(name) is dead for \(age)", fix: start(name))]
        case "missing": return [.bad(code, "\(name) is missing for \(age), without a goodbye", fix: start(name))]
        case "unheard":
            return [
                .bad(
                    code, "\(name) writes to the database, and other nodes do not hear it",
                    fix: "let datagrams through to its gossip.listen; give it the cluster.secret of the others")
            ]
        case "suspect": return [.warn(code, "\(name) may be dead", fix: "ask the doctor again; its log may say why")]
        default: return []
        }
    }

    /// What a node said when it was asked whether it takes users.
    static func symptoms(of asked: ClusterNodes.Answer) -> [Symptom] {
        switch asked.answer {
        case .success(let page): NodeCheck.symptoms(ofReadiness: page, of: asked.title)
        case .failure(let failure):
            [.bad(code, "\(asked.title) is silent: \(failure.text)", fix: start(asked.title))]
        }
    }

    /// What the database knows of a node of which nothing else is known.
    static func symptom(of place: NodePlace) -> Symptom {
        place.isLively
            ? .ok(code, "\(place.name) writes to the database")
            : .bad(
                code, "\(place.name) is silent for \(place.secondsUnseen) s, without a goodbye", fix: start(place.name))
    }

    private static func start(_ name: String) -> String {
        "look at its log and start it again; if it is gone for good: talkctl forget \(name)"
    }
}
