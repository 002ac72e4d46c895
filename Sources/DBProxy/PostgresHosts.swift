import Reactor

/// One of the places a connection string names, as libpq's lists have it: empty where the string says nothing.
struct PostgresHost: Equatable, Sendable {
    var host = ""
    var address = ""
    var port = ""

    /// Must be looked up before libpq sees it: libpq would wait for the answer.
    var needsLookup: Bool {
        address.isEmpty && !host.isEmpty && !host.hasPrefix("/") && !host.hasPrefix("@")
    }
}

extension PostgresAddress {
    /// The places in their order; `nil` if the lists do not fit each other, which libpq would refuse at each attempt.
    static func hosts(of options: [String: String]) -> [PostgresHost]? {
        func list(_ name: String) -> [String] {
            guard let text = options[name], !text.isEmpty else { return [] }
            return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let (hosts, addresses, ports) = (list("host"), list("hostaddr"), list("port"))
        let count = max(hosts.count, addresses.count, 1)
        guard hosts.isEmpty || addresses.isEmpty || hosts.count == addresses.count,
            ports.count <= 1 || ports.count == count
        else { return nil }
        return (0..<count).map { index in
            PostgresHost(
                host: hosts.isEmpty ? "" : hosts[index], address: addresses.isEmpty ? "" : addresses[index],
                port: ports.count == 1 ? ports[0] : ports.isEmpty ? "" : ports[index])
        }
    }

    /// Looks up the names. The completion gets every address of every host, in order; hosts that are not known now
    /// are left out.
    func resolve(
        _ resolver: NameResolver, on loop: EventLoop, _ completion: @escaping ([PostgresHost]) -> Void
    ) {
        var found = hosts.map { $0.needsLookup ? [] : [$0] }
        var missing = 1
        func arrived() {
            missing -= 1
            if missing == 0 { completion(found.flatMap { $0 }) }
        }
        for (index, host) in hosts.enumerated() where host.needsLookup {
            missing += 1
            resolver.resolve(host.host, port: 0, on: loop) { addresses in
                found[index] = addresses.map { PostgresHost(host: host.host, address: $0.hostText, port: host.port) }
                arrived()
            }
        }
        arrived()
    }
}
