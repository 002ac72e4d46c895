/// Where to listen or to connect: `chat.example.org:8000`, `0.0.0.0:8000`, `[::1]:8000`. The name is not looked up.
public struct HostPort: Hashable, Sendable {
    /// A name or an address, IPv6 without its brackets; never empty.
    public let host: String
    /// 0 lets the kernel choose when listening.
    public let port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }
}

extension HostPort: SettingValue {
    public init?(setting text: String) {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        let digits = text.utf8[text.utf8.index(after: colon)...]
        guard digits.allSatisfy(Self.isDigit), let port = UInt16(String(Substring(digits))) else { return nil }
        var host = text.utf8[..<colon]
        let isBracketed = host.first == UInt8(ascii: "[") && host.last == UInt8(ascii: "]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, host.allSatisfy(isBracketed ? Self.isAddressByte : Self.isNameByte) else { return nil }
        self.init(host: String(Substring(host)), port: port)
    }

    public var settingText: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    public static var settingForm: SettingForm {
        SettingForm(placeholder: "HOST:PORT", meaning: "a host and a port, such as 127.0.0.1:8000 or [::1]:8000")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) || isDigit(byte)
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// IPv6 with an optional zone (RFC 4007).
    private static func isAddressByte(_ byte: UInt8) -> Bool {
        isNameByte(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "%")
    }
}
