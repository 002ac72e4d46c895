public import Membership
import Primitives
import Reactor
import TopicBus

/// Questions of administrators that wait for the answer of another node.
struct Questions {
    typealias Completion = ([UInt8]?) -> Void

    /// Administrators are few; beyond it they are told to come later.
    static let maxWaiting = 256

    private var waiting: [UInt64: (node: NodeID, completion: Completion)] = [:]
    private var lastKey: UInt64

    /// - Parameter key: chosen by chance, so that answers to an earlier life of the node find nobody.
    init(startingAt key: UInt64) {
        lastKey = key
    }

    /// `nil`: too many wait.
    mutating func add(to node: NodeID, _ completion: @escaping Completion) -> UInt64? {
        guard waiting.count < Self.maxWaiting else { return nil }
        lastKey &+= 1
        waiting[lastKey] = (node, completion)
        return lastKey
    }

    /// Whoever waits for this answer; only the node that was asked can give it.
    mutating func take(_ key: UInt64, from node: NodeID?) -> Completion? {
        guard let entry = waiting[key], node == nil || entry.node == node else { return nil }
        waiting[key] = nil
        return entry.completion
    }
}

extension Gateway {
    /// How long another node may take.
    private static let patience: Duration = .seconds(2)
    /// With what is around it, an answer must fit into a frame of the bus.
    public static let maxNodeAnswerBytes = 400 << 10

    /// Asks another node over the bus. The completion is called once, on this loop; with `nil` if there is no way to
    /// the node, it did not answer in time, or too many questions wait.
    public func ask(_ node: NodeID, _ question: [UInt8], _ completion: @escaping ([UInt8]?) -> Void) {
        guard let key = questions.add(to: node, completion) else { return completion(nil) }
        publish(.question, key: key, asHint: true, to: [node]) { writer in
            writer.append(bigEndian: UInt16(loop.index))
            writer.append(question)
        }
        loop.schedule(after: Self.patience) { [weak self] in self?.questions.take(key, from: nil)?(nil) }
    }

    func readQuestion(_ bytes: RawSpan) -> Bool {
        guard let remote = RemoteMail(bytes) else { return false }
        let (key, node) = (remote.key, remote.node)
        var body = ByteReader(remote.body)
        guard let index: UInt16 = body.read() else { return true }
        answerer(body.readRest().copied()) { [weak self] answer in
            guard answer.count <= Self.maxNodeAnswerBytes else { return }
            self?.publish(.answer, key: key, asHint: true, to: [node]) { writer in
                writer.append(bigEndian: index)
                writer.append(answer)
            }
        }
        return true
    }

    func readAnswer(_ bytes: RawSpan) -> Bool {
        guard let remote = RemoteMail(bytes) else { return false }
        questions.take(remote.key, from: remote.node)?(remote.body.copied())
        return true
    }
}
