/// Bounds on what one connection may cost.
public struct HTTPLimits: Sendable {
    /// Longest request line, and so nearly the longest target; beyond it 414.
    public var startLineBytes = 4 << 10
    /// All field lines of a head with their line ends, trailers of a chunked body included; beyond it 431.
    public var headerBytes = 16 << 10
    /// Field lines of a head, trailers included; beyond it 431.
    public var fieldCount = 100
    /// From the first byte of a head to its last, and from the opening of a connection to its first byte.
    public var headTime = Duration.seconds(10)
    /// A body may take `headTime` and then must keep this average.
    public var bodyBytesPerSecond = 1 << 10
    /// How long a connection may rest after an answer.
    public var idleTime = Duration.seconds(30)
    /// The answer to the last of these closes the connection, so that load spreads anew.
    public var requestsPerConnection = 100
    /// How long to read and discard after the last answer, see `HTTPAction.finish`.
    public var lingerTime = Duration.seconds(2)
    /// Bytes of later requests that may wait for an answer; a shell that honours `wantsInput` exceeds it only if it
    /// reads more than this at once.
    public var waitingBytes = 256 << 10

    /// For routes that say nothing else.
    public static let defaultBodyBytes = 64 << 10

    public init() {}
}
