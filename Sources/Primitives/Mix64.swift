/// Spreads the bits of an integer over all 64 (the finaliser of MurmurHash3 by Austin Appleby, constants by David
/// Stafford, "Mix13"). For tables and partitions, never for secrets: it is easily inverted.
@inlinable
public func mix64(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
}
