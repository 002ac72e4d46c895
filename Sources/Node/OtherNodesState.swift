import Membership
import Synchronization

/// What the node knows of the others.
struct OtherNodesState: ~Copyable, Sendable {
    /// Where clients can go.
    let candidates = Mutex(Candidates())
    let report = Mutex(ClusterReport())
    let registryWatch = Mutex(RegistryWatch())
    let foreignLines = Mutex(LineLimit<NodeID>())
}
