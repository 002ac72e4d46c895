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
    /// The configuration in force.
    let settings: [SettingRecord]

    init(_ configuration: Configuration) {
        authority = Authority(token: configuration[NodeSettings.adminToken])
        key = HMACSHA256.code(
            [UInt8]("grapevine administration".utf8).rawBytes,
            key: [UInt8](configuration[NodeSettings.clusterSecret].utf8).rawBytes)
        appKey = configuration[NodeSettings.appKey]
        settings = configuration.entries.map {
            SettingRecord(name: $0.name, value: $0.text, source: $0.source.description)
        }
    }
}
