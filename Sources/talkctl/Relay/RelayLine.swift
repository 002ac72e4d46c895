import Node
import Primitives
import Reactor
import TLS

/// A probe at a TURN server: over UDP, where it says everything again until something comes (RFC 8489, section 6.2.1),
/// over TCP, or over TLS. Confined to its loop.
final class RelayLine: DatagramHandler, StreamHandler {
    enum Failure: Error, Equatable {
        case noAnswer
        case unreachable(SystemError)
        case unsealed(TLSError)
    }

    /// For the whole of it; a datagram that is lost is said again several times within.
    static let patience: Duration = .seconds(5)
    private static let firstRepeat: Duration = .milliseconds(250)
    /// Nobody waits longer for what may have been lost.
    private static let longestRepeat: Duration = .seconds(1)

    private let loop: EventLoop
    private let answer: Handover<Result<RelayProbe.Finding, Failure>>
    private var probe: RelayProbe
    private var datagrams: (socket: DatagramSocket, server: SocketAddress)?
    private var service: StreamService?
    private var connection: ConnectionHandle?
    private var seal: (context: TLSContext, host: String)?
    private var opening: [UInt8] = []
    /// Counts what was said, so that a timer knows whether it is late.
    private var said = 0

    private init(
        _ probe: RelayProbe, on loop: EventLoop, _ answer: Handover<Result<RelayProbe.Finding, Failure>>
    ) {
        self.probe = probe
        self.loop = loop
        self.answer = answer
    }

    /// Blocks, for some seconds at most: for tools, never on a loop.
    ///
    /// - Parameter seal: what a server that speaks TLS is known by.
    static func ask(
        _ server: SocketAddress, over transport: RelayURL.Transport, seal: (context: TLSContext, host: String)?,
        _ probe: RelayProbe
    ) -> Result<RelayProbe.Finding, Failure> {
        var configuration = LoopGroup.Configuration(seed: 0)
        configuration.maxConnectionsPerLoop = 4
        guard let group = try? LoopGroup(configuration, setUp: { _ in }) else { return .failure(.noAnswer) }
        defer { group.stop() }
        let answer = Handover<Result<RelayProbe.Finding, Failure>>()
        group.loops[0].execute { loop in
            let line = RelayLine(probe, on: loop, answer)
            do throws(SystemError) {
                try line.begin(server, over: transport, seal: seal)
            } catch {
                answer.put(.failure(.unreachable(error)))
            }
            // Also what keeps the line alive.
            loop.schedule(after: patience) { line.end() }
        }
        return answer.take()
    }

    private func begin(
        _ server: SocketAddress, over transport: RelayURL.Transport, seal: (context: TLSContext, host: String)?
    ) throws(SystemError) {
        guard case .say(let bytes) = probe.begin() else { return }
        switch transport {
        case .udp:
            var any = SocketAddress.any(port: 0)
            if case .v6 = server.host { any.host = .v6(high: 0, low: 0) }
            datagrams = (try loop.bindDatagrams(on: any, self), server)
            say(bytes)
        case .tcp:
            let service = loop.register(self, limits: StreamLimits())
            self.service = service
            self.seal = seal
            opening = bytes
            connection = try loop.connect(to: server, service)
        }
    }

    // MARK: What is said and heard

    private func say(_ bytes: [UInt8]) {
        said += 1
        transmit(bytes)
        guard datagrams != nil else { return }
        sayAgain(bytes, number: said, after: Self.firstRepeat)
    }

    private func sayAgain(_ bytes: [UInt8], number: Int, after wait: Duration) {
        loop.schedule(after: wait) { [weak self] in
            guard let self, said == number, datagrams != nil else { return }
            transmit(bytes)
            sayAgain(bytes, number: number, after: min(wait * 2, Self.longestRepeat))
        }
    }

    private func transmit(_ bytes: [UInt8]) {
        if let datagrams { datagrams.socket.send(bytes.rawBytes, to: datagrams.server) }
        if let connection { loop.send(bytes.rawBytes, to: connection) }
    }

    private func hear(_ message: RawSpan) {
        switch probe.received(message) {
        case .say(let bytes): say(bytes)
        case .done(let finding, let goodbye): finish(.success(finding), goodbye)
        case nil: break
        }
    }

    private func end() {
        if case .done(let finding, let goodbye) = probe.gaveUp() { return finish(.success(finding), goodbye) }
        finish(.failure(.noAnswer), [])
    }

    private func finish(_ result: Result<RelayProbe.Finding, Failure>, _ goodbye: [UInt8]) {
        said += 1
        if !goodbye.isEmpty { transmit(goodbye) }
        datagrams?.socket.close()
        datagrams = nil
        if let connection { loop.close(connection, .afterFlush) }
        connection = nil
        answer.put(result)
    }

    func received(_ datagram: RawSpan, from source: SocketAddress) {
        if source == datagrams?.server { hear(datagram) }
    }

    // MARK: A stream

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        if let seal { loop.startTLS(connection, connecting: seal.context, to: seal.host) }
        say(opening)
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        guard let byteCount = STUNMessage.byteCount(of: bytes), let message = bytes.slice(0..<byteCount) else {
            return 0
        }
        hear(message)
        return byteCount
    }

    func drained(_ connection: ConnectionHandle) {}

    func deadlinePassed(_ connection: ConnectionHandle) {}

    func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        guard self.connection == connection else { return }
        self.connection = nil
        switch reason {
        case .failed(let error): finish(.failure(.unreachable(error)), [])
        case .tls(let error): finish(.failure(.unsealed(error)), [])
        default: end()
        }
    }
}
