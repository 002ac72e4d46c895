import Crypto
@testable import DBProxy
import Primitives
import Testing

/// What has run somewhere is never edited: a schema that was migrated before would differ from one that is made now.
@Suite struct ReleasedMigrationsTests {
    /// SHA-256 of what each step runs.
    private static let released: [Int32: String] = [
        1: "40f4931c3221273c40b6c12f1a461af8de8504840e94a0f0b194a3db2c3bc105",
        2: "75ad820fa26fef6dc12c39789575a47de7259253a305e6323607351e0a16f182",
        3: "723c9546bdd8008cebf1fe36f3112c6c3747c0cceca6bbdb7092af9bb1a5d915",
        4: "4113dcc587f3c33b0624a18312473998133faf9e2f77f9f5e3db5f2735908429",
        5: "2999bf620a48694fbb57fbd00166fb0efa0dea2d23a98a0a1e1d0f1a002b26e1",
        6: "c8b63be9df7cb8470e5b266aa9edf911f75cac09fd2279054a6b42f52c702252",
        7: "fbeb97ccd07b50107ef8fc75159bae7ef7983f91078f4486df59bca153c34f99",
        8: "1985a51fa715881473c531211d61b017bf1691d0d1c2f66c7824f72f958a87d3",
        9: "b3c4177fbc20ea6d83a263b0ed1d45396890848068cb6d47d7e6ee17bbe74aa2",
        10: "f5b2e4d305c2834e8a33fc293086be7b5286dc43d666d51fb6c9b2ee2d8d3f2c",
        11: "515acbaabf9db7509618fa92126a7debdf1b079ca9067c01a8cc84b77f32a06b",
        12: "e7098e5a0b5d3403a3bf323c0b9e69fc69eec7a10e6e70a561b0b00c2a7fd51a",
        13: "94bfa9f9ba39ad39f5630dd46c05169bfa8cface206a7bdb600e664121072b3e",
        14: "96f9495cb5f0d44d09e78261b37a4d9d85515afef8ba07f711c4ae8b75cbe72d",
        15: "ad49979ee8f3092afbbb01a36c173a58976bea350a9a093bc748751b24e8f520",
        16: "0ac8dcf771db3d8331fc47d39f59561f6b7c050fea6e4abe519c04e932898415",
        17: "1955b287cc44753aece2b8d638681266b17f020321b108b3d8ba3c886e57af69",
        18: "3273e2d47197fb4c97bdb7c0d7abc72b67a3c4d97718cdd426c78ee2e3743724",
        19: "44150d28431311018c3b9d3a6097bab6c56bbf8fcb0c6f0e016cb840df3a5674",
        20: "38181555d7f005c0006ca95f990fad8a5ca11192de43f7a59ee2aafc6b04ba58",
        21: "92e4af2203710c85d5d8a5fa1ab8a9c981ca2e75e0c27d85f4b8246d7406d6da",
        22: "3eb912b00e6ee367dcfa6b28bbd490e0263507c56161f7dec6147243f5199056",
        23: "7a5b8e52ef2ecc527fe9b5158a2dc4ea212c5632c1ae73f0db527a70a880e403",
        24: "a8e770e4f3b44814194b06a16b1739966c30766c08adf09367028fb11b03258c",
        25: "afb5309d4688642232197c265ed0cbfd2988b7109cfbda974d5479ca8e1eda24",
        26: "87b1ccfa9d2d41e1a76eaba94c11f6381588faba55faeab2ff96ae7faf6d27fd",
        27: "29dd6b23406602b15141045b6eb4aacde3ad208da1fa35aebae37c329a159cff",
        28: "ae0b6222a9211ad2b23d012a47df3303f770dca52182e0932108d1701cdb48b8",
        29: "a695e94e02b2b131556a8bc33f76d04da6f67dc878328219ac2343137049b1c2",
    ]

    @Test func noneIsEdited() {
        let sums = Migration.all.map { ($0.number, Hex.encode(SHA256.digest([UInt8]($0.sql.utf8).rawBytes).rawBytes)) }
        for (number, sum) in sums {
            #expect(sum == Self.released[number], "step \(number): make a new step; of a new one note its sum here")
        }
        #expect(Set(sums.map(\.0)) == Set(Self.released.keys))
    }
}
