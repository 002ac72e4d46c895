/// Who logs.
public struct LogOrigin: Sendable {
    /// Stable name of the node.
    let node: String
    /// Identifier of this start of the process, so that lines before and after a restart can be told apart.
    let boot: String

    public init(node: String, boot: String) {
        self.node = node
        self.boot = boot
    }
}
