import HTTPCore
import Primitives
import Reactor

/// Requests whose bodies and answers come in parts.
extension HTTPService {
    func begin(_ exchange: HTTPExchange, _ open: Opener, _ connection: Connection) -> HTTPAction {
        switch open(exchange) {
        case .answer(let response):
            return connection.core.respond(form(response, exchange.request), at: loop.now, into: &output)
        case .take(let limit, let pace, let owner):
            exchange.begin(owner)
            connection.exchange = exchange
            return connection.core.acceptParts(limit: limit, bytesPerSecond: pace, at: loop.now, into: &output)
        }
    }

    func endExchange(of connection: Connection) {
        guard let exchange = connection.exchange else { return }
        connection.exchange = nil
        exchange.end()
    }

    func takeMore(of exchange: HTTPExchange, _ handle: ConnectionHandle) {
        guard let connection = connection(of: exchange, handle) else { return }
        connection.waitingSince = loop.now
        follow(connection.core.partTaken(at: loop.now, into: &output), connection, handle)
    }

    func respond(_ response: HTTPResponse, of exchange: HTTPExchange, _ handle: ConnectionHandle) {
        guard let connection = connection(of: exchange, handle) else { return }
        endExchange(of: connection)
        respond(response, handle)
    }

    func respond(
        _ response: HTTPResponse, with file: File, _ range: Range<Int>, of exchange: HTTPExchange,
        _ handle: ConnectionHandle
    ) {
        begin(response, length: range.count, of: exchange, handle)
        // It has ended already where there is nothing to give.
        guard let connection = connection(of: exchange, handle) else { return }
        loop.send(file, range, to: handle)
        given(range.count, connection, handle)
    }

    func begin(_ response: HTTPResponse, length: Int, of exchange: HTTPExchange, _ handle: ConnectionHandle) {
        guard let connection = connection(of: exchange, handle) else { return }
        connection.waitingSince = loop.now
        follow(connection.core.begin(response, length: length, at: loop.now, into: &output), connection, handle)
        if connection.core.contentWanted == 0 { endExchange(of: connection) }
    }

    func give(_ bytes: [UInt8], of exchange: HTTPExchange, _ handle: ConnectionHandle) {
        guard let connection = connection(of: exchange, handle) else { return }
        loop.send(bytes.rawBytes, to: handle)
        given(bytes.count, connection, handle)
    }

    func abandon(_ exchange: HTTPExchange, _ handle: ConnectionHandle) {
        guard let connection = connection(of: exchange, handle) else { return }
        follow(connection.core.abandonContent(), connection, handle)
    }

    private func given(_ byteCount: Int, _ connection: Connection, _ handle: ConnectionHandle) {
        awaitFlush(handle)
        let action = connection.core.contentGiven(byteCount)
        if connection.core.contentWanted == 0 { endExchange(of: connection) }
        follow(action, connection, handle)
    }

    /// `nil`: the exchange has ended.
    private func connection(of exchange: HTTPExchange, _ handle: ConnectionHandle) -> Connection? {
        guard let connection = connections[handle], connection.exchange === exchange else { return nil }
        return connection
    }
}
