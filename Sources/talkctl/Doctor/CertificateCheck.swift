import Node
import Primitives

/// Whether clients will believe the certificates of the listeners, and for how long.
enum CertificateCheck {
    static func symptoms(of configuration: NodeConfiguration, at now: UnixTime) -> [Symptom] {
        let code = "certificates"
        do throws(Node.Failure) {
            let found = try configuration.certificateAdvice(at: now)
            if found.isEmpty { return [.ok(code, "nothing is wrong with those of the listeners")] }
            return found.map { advice in
                let text = "\(advice.setting): \(advice.text)"
                return advice.kind == .ended
                    ? .bad(code, text, fix: advice.fix) : .warn(code, text, fix: advice.fix)
            }
        } catch {
            return [
                .bad(code, "no node starts with this: \(error)", fix: "correct the settings …tls_certificate, …tls_key")
            ]
        }
    }
}
