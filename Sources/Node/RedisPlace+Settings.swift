public import DBProxy
public import Settings
public import TLS

extension RedisPlace {
    /// As it is configured; `nil` if there is no Redis. Reads the files of certificates.
    public init?(_ configuration: Configuration) throws(TLSError) {
        guard let address = configuration[NodeSettings.redis] else { return nil }
        self.init(
            host: address.host, port: address.port, password: configuration[NodeSettings.redisPassword],
            tls: try Self.tls(configuration))
    }

    private static func tls(_ configuration: Configuration) throws(TLSError) -> TLSContext? {
        guard configuration[NodeSettings.redisTLS] else { return nil }
        let authorities = configuration[NodeSettings.redisAuthorities]
        let certificate = configuration[NodeSettings.redisCertificate]
        let key = configuration[NodeSettings.redisKey]
        return try TLSContext(
            clientBelieving: authorities.isEmpty ? nil : authorities,
            identity: certificate.isEmpty && key.isEmpty
                ? nil : TLSContext.Identity(certificate: certificate, key: key))
    }
}
