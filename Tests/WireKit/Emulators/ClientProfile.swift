public import TalkProtocol

/// What tells one stock client from another on the wire, as their sources say it.
public struct ClientProfile: Sendable {
    /// How a client finds the request that a packet answers.
    public enum Matching: Sendable {
        /// Any packet whose number is pending is its answer, whatever it is: Android, and the web client.
        case sequenceAlone
        /// Service and command and number: iOS.
        case commandAndSequence
        /// The login by its number, everything else by its command: Windows.
        case command
    }

    public let name: String
    public let clientType: ClientType
    public let clientVersion: String
    public let headerVersion: UInt16
    public let headerReserved: UInt16
    public let matching: Matching
    /// The number of the first request.
    public let firstSequence: UInt16
    /// Windows numbers only its logins and messages; other requests carry this.
    public let sequenceOfOthers: UInt16?
    /// How long it waits for the answer to its login and to other requests.
    public let loginTimeout: Duration
    public let requestTimeout: Duration

    public static let windows = ClientProfile(
        name: "Windows", clientType: .windows, clientVersion: "win_10086", headerVersion: 1, headerReserved: 0,
        matching: .command, firstSequence: 1, sequenceOfOthers: 0, loginTimeout: .seconds(10),
        requestTimeout: .seconds(5))

    public static let android = ClientProfile(
        name: "Android", clientType: .android, clientVersion: "1.0.0", headerVersion: 6, headerReserved: 0x30,
        matching: .sequenceAlone, firstSequence: 1, sequenceOfOthers: nil, loginTimeout: .seconds(8),
        requestTimeout: .seconds(8))

    public static let ios = ClientProfile(
        name: "iOS", clientType: .ios, clientVersion: "MAC/1.0-1", headerVersion: 13, headerReserved: 0,
        matching: .commandAndSequence, firstSequence: 1, sequenceOfOthers: nil, loginTimeout: .seconds(5),
        requestTimeout: .seconds(5))

    /// As iOS, whose code it shares.
    public static let mac = ClientProfile(
        name: "mac", clientType: .mac, clientVersion: "MAC/1.0-1", headerVersion: 1, headerReserved: 0,
        matching: .commandAndSequence, firstSequence: 1, sequenceOfOthers: nil, loginTimeout: .seconds(5),
        requestTimeout: .seconds(5))

    /// Logs in as a Windows client and so takes the place of one.
    public static let web = ClientProfile(
        name: "web", clientType: .windows, clientVersion: "", headerVersion: 0, headerReserved: 0,
        matching: .sequenceAlone, firstSequence: 2, sequenceOfOthers: nil, loginTimeout: .seconds(45),
        requestTimeout: .seconds(45))

    public static let all = [windows, mac, ios, android, web]
}
