import Blobs
import Media
import Primitives
import Testing

@Suite struct MediaPathTests {
    private let hex = "07ff" + String(repeating: "0a", count: 30)

    private func wish(_ path: String) -> MediaPath.Wish? {
        MediaPath.wish(at: path.split(separator: "/", omittingEmptySubsequences: false).map(String.init))
    }

    private func blob(_ path: String) -> BlobID? { wish(path)?.blob }

    private func path(named name: String, type: MediaType = .bytes) throws -> String {
        var upload = try MediaUpload(contentType: FormBody.type, limit: 10)
        var content = ByteWriter()
        try upload.read(FormBody.file([1], name: name).rawBytes, into: &content)
        return MediaPath(try #require(BlobID(hex: hex)), named: try upload.finish(), type: type).text
    }

    @Test func pathsHaveTheFormOfTheOriginal() throws {
        #expect(try path(named: "a.jpg") == "g0/007/255/\(hex).jpg")
        #expect(try path(named: "a_100x200.png") == "g0/007/255/\(hex)_100x200.png")
        #expect(try path(named: "a.j/pg", type: .webp) == "g0/007/255/\(hex).webp")
        for name in ["a.jpg", "a_100x200.png", "1.audio", "a."] {
            #expect(blob(try path(named: name)) == BlobID(hex: hex), "\(name)")
        }
    }

    @Test("a thumbnail that nobody made is the picture itself")
    func thumbnails() {
        for ending in [".jpg_100x100.jpg", "_640x999.jpg_310x310.jpg", ".png_640x999.jpg", "_1x1.jpg"] {
            #expect(blob("g0/007/255/\(hex)\(ending)") == BlobID(hex: hex), "\(ending)")
            let isSmall = wish("g0/007/255/\(hex)\(ending)")?.isSmall
            #expect(isSmall == (ending != "_1x1.jpg"), "\(ending)")
        }
    }

    @Test("B60, B64: whatever else is asked for is not there")
    func strangePaths() {
        let name = "\(hex).jpg"
        for path in [
            "", "g0", "g0/007/255", "g0/007/255/", "g0/007/255/\(name)/", "/g0/007/255/\(name)",
            "g1/007/255/\(name)",
            "g0/007/254/\(name)", "g0/7/255/\(name)", "g0/007/255/..", "g0/007/255/../../\(name)", "g0/../255/\(name)",
            "g0/007/255/\(hex)", "g0/007/255/\(hex).", "g0/007/255/\(hex).jpg_", "g0/007/255/\(hex).jpg.",
            "g0/007/255/\(hex).jpg_100x100", "g0/007/255/\(hex).jpg_100x100.jpg_100x100.jpg",
            "g0/007/255/\(hex)_1x1_1x1.jpg", "g0/007/255/\(hex)_1x.jpg", "g0/007/255/\(hex).jp\u{0}g",
            "g0/007/255/\(hex).j\\pg", "g0/007/255/\(hex).0123456789abcdef", "g0/007/255/\(hex.uppercased()).jpg",
            "g0/007/255/\(hex.dropLast()).jpg", "g0/007/255/\(hex)0.jpg", "g0/007/255/con",
            "g0/007/255/\u{FF10}\(name)",
            "g0/007/255/" + String(repeating: "a", count: 5_000),
        ] {
            #expect(blob(path) == nil, "\(path)")
        }
    }

    @Test("the answer of an upload is one line, and its address is the configured one")
    func answers() throws {
        var upload = try MediaUpload(contentType: FormBody.type, limit: 10)
        var content = ByteWriter()
        try upload.read(FormBody.file([1]).rawBytes, into: &content)
        let path = MediaPath(try #require(BlobID(hex: hex)), named: try upload.finish(), type: .jpeg)
        let stored = UploadAnswer.stored(path, base: "https://im.example/")
        let text = "g0/007/255/\(hex).jpg"
        let places = "\"path\":\"\(text)\",\"url\":\"https://im.example/\(text)\""
        #expect(
            String(decoding: stored, as: UTF8.self) == "{\"error_code\":0,\"error_msg\":\"成功\",\(places)}\n")
        #expect(
            String(decoding: UploadAnswer.refused(.tooLarge), as: UTF8.self)
                == "{\"error_code\":1,\"error_msg\":\"上传文件过大\",\"path\":\"\",\"url\":\"\"}\n")
        for refusal in UploadRefusal.allCases.dropFirst().prefix(10) { #expect(refusal.message == "格式错误") }
    }
}
