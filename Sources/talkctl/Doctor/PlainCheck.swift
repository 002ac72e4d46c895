/// Who can log in without TLS. The apps send the MD5 of the password, which whoever reads it can log in with himself.
enum PlainCheck {
    private static let code = "client_plain"

    /// - Parameters:
    ///   - listens: what `client.listen` is good for.
    ///   - hasTLS: clients that can may speak it.
    static func symptom(listens: AddressCheck.Reach, hasTLS: Bool) -> Symptom {
        if listens == .machine { return .ok(code, "clients without TLS come from this machine only") }
        let danger = "where others can read, they read what logs its user in (the MD5 of the password)"
        return hasTLS
            ? .warn(
                code, "clients may still come without TLS from elsewhere: \(danger)",
                fix: "have clients speak TLS that can; keep the port inside a network that you trust for the others")
            : .warn(
                code, "clients come without TLS from elsewhere: \(danger)",
                fix: "set client.tls_certificate and client.tls_key for clients that speak TLS; keep the port inside a "
                    + "network that you trust, or set client.listen to 127.0.0.1")
    }
}
