@_spi(_Unicode) import Swift

extension String {
    /// The text in Unicode's normal form C (Unicode Standard Annex #15): "é" is one scalar, whichever keyboard wrote
    /// it. Swift compares strings as if they were in it, PostgreSQL compares their bytes: of texts in this form both
    /// say the same.
    ///
    /// A run of combining marks is sorted in quadratic time (128 KiB of them take a second), so a text of more than
    /// `maxNormalizedBytes` is left as it is: no name is as long, and whoever takes names refuses it.
    public var inNormalForm: String {
        if utf8.count > Self.maxNormalizedBytes || utf8.allSatisfy({ $0 < 0x80 }) { return self }
        var scalars = UnicodeScalarView()
        for scalar in _nfc { scalars.append(scalar) }
        return String(scalars)
    }

    public static let maxNormalizedBytes = 1 << 10

    public var isInNormalForm: Bool { utf8.elementsEqual(inNormalForm.utf8) }
}
