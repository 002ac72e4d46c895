import Reactor

/// A transport over connections of a `ClientPort`, which keeps their deadlines and reads from them.
protocol PortTransport: ClientTransport {
    var port: ClientPort { get }
}

extension PortTransport {
    func deadlineChanged(_ connection: ConnectionHandle) {
        port.deadlineChanged(connection)
    }

    var resumption: Resumption { port.resumption }

    func pendingOutput(_ connection: ConnectionHandle) -> Int {
        port.loop.pendingOutput(connection)
    }
}
