import Primitives

/// The nodes of a cluster, each asked through one of them.
struct ClusterNodes {
    /// What a node said.
    struct Answer {
        let node: JSON
        let answer: Result<JSON, Failure>

        var title: String { node.nodeTitle }

        var json: JSON {
            switch answer {
            case .success(let json): json
            case .failure(let failure): .object([("error", .string(failure.text))])
            }
        }
    }

    let all: [JSON]
    private let port: AdminPort

    init(_ port: AdminPort) throws {
        self.port = port
        all = try port.get("/admin/v1/nodes")["items"]?.items ?? []
    }

    /// The one that is asked first.
    var own: String? { all.first { $0["self"]?.isTrue == true }?.nodeTitle }

    /// Those that can be asked.
    var live: [JSON] { all.filter { $0["state"]?.text == "alive" || $0["state"]?.text == "suspect" } }

    func title(of number: Int) -> String {
        all.first { $0["id"]?.integer == number }?.nodeTitle ?? "node \(number)"
    }

    /// Asks each live node for the same page.
    func ask(_ path: String) -> [Answer] {
        live.map { node in
            let question = "\(path)\(path.contains("?") ? "&" : "?")node=\(node["id"]?.integer ?? 0)"
            do {
                return Answer(node: node, answer: .success(try port.get(question)))
            } catch let failure as Failure {
                return Answer(node: node, answer: .failure(failure))
            } catch {
                return Answer(node: node, answer: .failure(Failure(.failed, "\(error)")))
            }
        }
    }
}

extension JSON {
    /// What people call a node.
    var nodeTitle: String {
        self["name"]?.text.flatMap { $0.isEmpty ? nil : $0 } ?? "node \(self["id"]?.integer ?? 0)"
    }
}
