import Crypto
import NodeAdmin
import Primitives
import Settings

/// What the administration port needs of the configuration.
struct AdministrationPlan: Sendable {
    let authority: Authority
    /// For digests of requests.
    let key: [UInt8]
    /// Of the legacy calls on the public port; empty: nobody may make them.
    let appKey: String
    /// `nil`: accounts are made by administrators only.
    let registration: RegistrationRules?
    /// As the node started with it.
    let configuration: Configuration

    init(_ configuration: Configuration) {
        authority = Authority(token: configuration[NodeSettings.adminToken])
        key = HMACSHA256.code(
            [UInt8]("grapevine administration".utf8).rawBytes,
            key: [UInt8](configuration[NodeSettings.clusterSecret].utf8).rawBytes)
        appKey = configuration[NodeSettings.appKey]
        registration = configuration[NodeSettings.registration]
            ? RegistrationRules(invitation: configuration[NodeSettings.invitation]) : nil
        self.configuration = configuration
    }
}
