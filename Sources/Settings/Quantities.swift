/// A number of bytes with its unit: `512B`, `64KiB`, `10MiB`, `2GiB`.
public struct ByteSize: Comparable, Hashable, Sendable {
    public let bytes: Int

    public init(bytes: Int) {
        self.bytes = bytes
    }

    public static func < (left: ByteSize, right: ByteSize) -> Bool {
        left.bytes < right.bytes
    }
}

extension ByteSize: SettingValue {
    private static let units = [("GiB", Int64(1) << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)]

    public init?(setting text: String) {
        guard let value = quantity(text, units: Self.units), let bytes = Int(exactly: value) else { return nil }
        self.init(bytes: bytes)
    }

    public var settingText: String { quantityText(Int64(bytes), units: Self.units) }

    public static var settingForm: SettingForm {
        SettingForm(placeholder: "SIZE", meaning: "a size with its unit (B, KiB, MiB, GiB), such as 64KiB")
    }
}

/// A time span with its unit: `250us`, `500ms`, `30s`, `5m`, `24h`, `7d`.
extension Duration: SettingValue {
    private static let units = [
        ("d", Int64(86_400_000_000)), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1_000),
        ("us", 1),
    ]

    public init?(setting text: String) {
        guard let value = quantity(text, units: Self.units) else { return nil }
        self = .microseconds(value)
    }

    public var settingText: String {
        let (seconds, attoseconds) = components
        return quantityText(seconds * 1_000_000 + attoseconds / 1_000_000_000_000, units: Self.units)
    }

    public static var settingForm: SettingForm {
        SettingForm(placeholder: "DURATION", meaning: "a duration with its unit (us, ms, s, m, h, d), such as 30s")
    }
}

/// Digits and a unit, nothing between them. A bare number is refused: nobody knows what it counts.
private func quantity(_ text: String, units: [(name: String, factor: Int64)]) -> Int64? {
    let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let unit = String(text.utf8.dropFirst(digits.count)) ?? ""
    guard let number = Int64(String(Substring(digits))),
        let factor = units.first(where: { $0.name == unit })?.factor
    else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
}

/// In the largest unit that needs no fraction.
private func quantityText(_ value: Int64, units: [(name: String, factor: Int64)]) -> String {
    // Zero would be a whole number of every unit: the smallest one reads best.
    let unit = units.first { value != 0 && value % $0.factor == 0 } ?? units[units.count - 1]
    return "\(value / unit.factor)\(unit.name)"
}
