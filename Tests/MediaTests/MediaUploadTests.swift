import Media
import Primitives
import Testing

@Suite struct MediaUploadTests {
    /// The file and its name, or why there is none.
    private func upload(
        _ body: [UInt8], type: String? = FormBody.type, limit: Int = 1_000, pieces: Int = 7
    ) -> Result<([UInt8], ClientFileName), UploadRefusal> {
        var content = ByteWriter()
        do throws(UploadRefusal) {
            var upload = try MediaUpload(contentType: type, limit: limit)
            var rest = body[...]
            while !rest.isEmpty {
                try upload.read(Array(rest.prefix(pieces)).rawBytes, into: &content)
                rest = rest.dropFirst(pieces)
            }
            let name = try upload.finish()
            return .success((content.bytes.copied(), name))
        } catch {
            return .failure(error)
        }
    }

    private func refusal(_ body: String, type: String? = FormBody.type, limit: Int = 1_000) -> UploadRefusal? {
        if case .failure(let refusal) = upload(Array(body.utf8), type: type, limit: limit) { refusal } else { nil }
    }

    private func form(_ disposition: String, _ more: String = "Content-Type: image/jpeg\r\n") -> String {
        "--xYz\r\n\(disposition)\r\n\(more)\r\nhello\r\n--xYz--\r\n"
    }

    private func form(named name: String) -> String { form("Content-Disposition: form-data; filename=\"\(name)\"") }

    @Test func whatAStockClientSends() throws {
        let (content, name) = try upload(FormBody.file(Array("hello".utf8), name: "a_120x80.JPG")).get()
        #expect(content == Array("hello".utf8))
        #expect(name.fileExtension == "JPG" && name.size == PixelSize(width: 120, height: 80))
    }

    @Test("B61: each fault has the number of the original")
    func numbers() {
        let cases: [(UploadRefusal?, Int)] = [
            (refusal(form(named: "a.jpg"), limit: 4), 1),
            (refusal(form("A: b")), 2),
            (refusal(form("Content-Disposition: form-data; name=\"file\"")), 3),
            (refusal(form(named: "a.jpg"), type: "multipart/form-data"), 4),
            (refusal(form(named: "a.jpg"), type: nil), 4),
            (refusal("hello"), 5), (refusal(form(named: "a.jpg"), type: "multipart/form-data; boundary=other"), 5),
            (refusal(form("Content-Disposition: form-data; filename=\"a.jpg\"", "")), 6),
            (refusal("--xYz\r\nContent-Disposition: form-data; filename=\"a.jpg\"\r\n"), 7),
            (refusal(String(form(named: "a.jpg").dropLast(5))), 8),
            (refusal(String(repeating: "--xYz\r\n\r\n\r\n", count: 10_000)), 8),
            (refusal(form(named: "a.0123456789abcdef")), 9),
            (refusal(form(named: "jpg")), 10),
            (refusal(form(named: String(repeating: "a", count: 252) + ".jpg")), 11),
            (refusal(form(named: "a.jpg").replacing("hello", with: "")), 12),
        ]
        #expect(cases.map { $0.0?.rawValue } == cases.map(\.1))
        #expect(refusal(form(named: String(repeating: "a", count: 251) + ".jpg")) == nil)
        #expect(refusal(form(named: "a.0123456789abcde")) == nil)
    }

    @Test("of several parts the first file is taken, and all of it")
    func severalParts() throws {
        let field = "--xYz\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nsecret\r\n"
        let second = form(named: "b.png").replacing("hello", with: "other")
        let first = form(named: "a.jpg").replacing("--xYz--\r\n", with: "")
        let (content, name) = try upload(Array((field + first + second).utf8)).get()
        #expect(content == Array("hello".utf8) && name.fileExtension == "jpg")
    }

    @Test("B61: nothing of a client's name leads anywhere", arguments: [
        ("../../x.php", "php"), ("..\\..\\x.jpg", "jpg"), ("a.jpg/../b", ""), ("a.j%2fpg", ""), ("a.jp g", ""),
        ("a.图", ""),
        ("a.", ""), ("a.jpg.html", "html"), ("CON.jpg", "jpg"),
    ])
    func clientNames(name: String, ending: String) throws {
        #expect(try upload(FormBody.file([1], name: name)).get().1.fileExtension == ending)
    }

    @Test func sizesInNames() throws {
        for (name, size) in [
            ("a_100x100.jpg", PixelSize(width: 100, height: 100)), ("_1x9999.jpg", PixelSize(width: 1, height: 9_999)),
            ("a_b_10x20.png", PixelSize(width: 10, height: 20)),
        ] {
            #expect(try upload(FormBody.file([1], name: name)).get().1.size == size, "\(name)")
        }
        for name in ["a.jpg", "a_x100.jpg", "a_100x.jpg", "a_10000x1.jpg", "a_1x1_.jpg", "a_-1x5.jpg", "a100x100.jpg"] {
            #expect(try upload(FormBody.file([1], name: name)).get().1.size == nil, "\(name)")
        }
    }
}
