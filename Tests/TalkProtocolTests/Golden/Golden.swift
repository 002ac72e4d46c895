import Protobuf
import TalkProtocol
import Testing

/// Values of one message, and what `protoc --encode` (3.21.12) makes of the same values in its text form: an encoder
/// that shares no line with ours.
struct Golden: CustomTestStringConvertible, Sendable {
    let command: Command
    /// With every field set.
    let full: any ProtoMessage
    let fullHex: String
    /// With the required fields only, all of them zero or empty where they can be.
    let bare: any ProtoMessage
    let bareHex: String

    init(
        _ command: Command, _ full: any ProtoMessage, _ fullHex: String, bare: any ProtoMessage, _ bareHex: String
    ) {
        self.command = command
        self.full = full
        self.fullHex = fullHex
        self.bare = bare
        self.bareHex = bareHex
    }

    var testDescription: String { "\(command)" }

    static let all = [login, buddy, message, group, file, server, call].flatMap(\.self)
}
