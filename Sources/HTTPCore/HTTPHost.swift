/// `host [ ":" port ]` (RFC 9110, section 7.2).
enum HTTPHost {
    /// Stricter than RFC 3986: letters, digits and `-._~` or an address in brackets. What no name service can hold
    /// (`,` `@` `%` …) only serves to make two servers see two different hosts.
    static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
        let host: ArraySlice<UInt8>
        let port: ArraySlice<UInt8>
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            host = bytes[..<end].dropFirst()
            port = bytes[end...].dropFirst()
            guard !host.isEmpty, host.allSatisfy(isAddressByte) else { return false }
        } else {
            let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            host = bytes[..<end]
            port = bytes[end...]
            guard host.allSatisfy(isNameByte) else { return false }
        }
        guard let colon = port.first else { return true }
        return colon == UInt8(ascii: ":") && port.count <= 6 && port.dropFirst().allSatisfy(\.isDigit)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte.lowercased {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: byte.isDigit
        }
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        byte.hexValue != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }
}
