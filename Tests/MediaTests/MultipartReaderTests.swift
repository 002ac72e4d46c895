import Media
import Primitives
import Testing

@Suite struct MultipartReaderTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Bodies that end well.
    private static let good: [(body: String, parts: [String])] = [
        ("--xYz\r\nA: b\r\n\r\nhello\r\n--xYz--\r\n", ["hello"]),
        ("--xYz\r\n\r\nno head\r\n--xYz--", ["no head"]),
        ("--xYz\r\nA: b\r\n\r\n\r\n--xYz--", [""]),
        ("preamble\r\n--xY\r\n--xYz\r\nA: b\r\n\r\nx\r\n--xYz--epilogue\r\n--xYz\r\n\r\nnot read", ["x"]),
        (
            "--xYz\r\nA: b\r\n\r\none\r\n--xYz\r\nA: b\r\n\r\ntwo\r\n--xYz \t \r\nA: b\r\n\r\n3\r\n--xYz--",
            ["one", "two", "3"]
        ),
        // What only looks like a delimiter.
        (
            "--xYz\r\nA: b\r\n\r\na\r\n--xYZ\r\n--xYzz\r\n--xYz-\r\n -\r\r\n--xYz--",
            ["a\r\n--xYZ\r\n--xYzz\r\n--xYz-\r\n -\r"]
        ),
        ("--xYz\r\nA: b\r\n\r\n\r\n--xYz\r\r\n--xYz- -\r\n--xYz--", ["\r\n--xYz\r\r\n--xYz- -"]),
        ("--xYz\r\nA: b\r\n\r\n--xYz--\r\n--xYz--", ["--xYz--"]),
        ("--xYz\r\nA: b\r\n\r\na\n--xYz--\r\n--xYz\rb\r\n--xYz--", ["a\n--xYz--\r\n--xYz\rb"]),
        ("--xYz--", []),
    ]

    @Test("every body is the same however it is cut", arguments: good.map(\.body))
    func cuts(body: String) throws {
        let whole = try FormRecord(bytes(body))
        let expected = Self.good.first { $0.body == body }?.parts
        #expect(whole.parts.map { String(decoding: $0, as: UTF8.self) } == expected)
        #expect(whole.failure == nil && whole.hasEnded && whole.unfinished.isEmpty)
        for cut in 0...body.utf8.count {
            #expect(try FormRecord(bytes(body), cuts: [cut]) == whole, "cut before byte \(cut)")
        }
        #expect(try FormRecord(bytes(body), cuts: Array(1..<body.utf8.count)) == whole)
    }

    @Test func bodiesThatDoNotEnd() throws {
        let cases: [(String, MultipartReader.Failure)] = [
            ("", .noDelimiter), ("no delimiter at all", .noDelimiter), ("--xY", .noDelimiter), ("--xYz", .noDelimiter),
            ("--xYz\r\nA: b\r\n", .noHeadEnd), ("--xYz\r\n", .noHeadEnd),
            ("--xYz\r\nA: b\n\nhello\r\n--xYz--", .noHeadEnd),
            ("--xYz\r\n\r\nhello", .notClosed), ("--xYz\r\n\r\nhello\r\n--xYz", .notClosed),
            ("--xYz\r\n\r\nhello\r\n--xYz-", .notClosed),
            ("--xYz\r\nA: " + String(repeating: "b", count: 4 << 10) + "\r\n\r\nx\r\n--xYz--", .noHeadEnd),
            (String(repeating: "--xYz\r\n\r\nx\r\n", count: 10_000) + "--xYz--", .tooManyParts),
        ]
        for (body, failure) in cases {
            #expect(try FormRecord(bytes(body)).failure == failure, "\(body.prefix(40))")
            let cuts = Array(0..<min(bytes(body).count, 9_000))
            #expect(try FormRecord(bytes(body), cuts: cuts).failure == failure, "\(body.prefix(40)), byte by byte")
        }
    }

    @Test func boundariesAreQuotedOrNot() throws {
        for (type, boundary) in [
            ("multipart/form-data; boundary=abc", "abc"),
            ("Multipart/Form-Data;charset=utf-8;BOUNDARY=\"a b;c\" ", "a b;c"),
            ("multipart/form-data; boundary=\"a\\b\"; x=y", "a\\b"), ("multipart/form-data; boundary= a ; x", "a"),
            ("multipart/form-data; boundary=" + String(repeating: "-", count: 70), String(repeating: "-", count: 70)),
        ] {
            let record = try FormRecord(bytes("--\(boundary)\r\n\r\nx\r\n--\(boundary)--"), type: type)
            #expect(record.parts == [bytes("x")], "\(type)")
        }
        for type in [
            "", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"",
            "multipart/form-data; boundary=\"abc", "text/plain; boundary=abc", "multipart/mixed; boundary=abc",
            "multipart/form-data; boundary=" + String(repeating: "-", count: 71),
            "multipart/form-data; boundary=a\u{1}",
        ] {
            #expect(MultipartReader(contentType: type) == nil, "\(type)")
        }
    }

    @Test("names are bytes: UTF-8, GBK with backslashes and quotation marks in them, paths, extended ones")
    func fileNames() throws {
        let gbk: [UInt8] = [0x95, 0x5C, 0xB4, 0x7C]
        let cases: [([UInt8], [UInt8]?)] = [
            (bytes("name=\"f\"; filename=\"a b;c.jpg\""), bytes("a b;c.jpg")),
            (bytes("name=f; filename=a.jpg "), bytes("a.jpg")),
            (bytes("filename=\"图片.png\"; name=\"f\""), bytes("图片.png")),
            // GBK: the second byte of the first character is a backslash, that of the second one a bar.
            (bytes("filename=\"") + gbk + bytes(".jpg\""), gbk + bytes(".jpg")),
            (bytes("filename=\"C:\\dir\\a.jpg\""), bytes("C:\\dir\\a.jpg")),
            (bytes("filename=\"C:\\\""), bytes("C:\\")),
            (bytes("filename=\"a\\\"b.jpg\""), bytes("a\\\"b.jpg")),
            (bytes("filename=\"a\"b.jpg\""), bytes("a\"b.jpg")),
            (bytes("filename*=UTF-8''%e5%9b%be%2Ejpg"), bytes("图.jpg")),
            (bytes("filename*=UTF-8''%zz; name=f"), nil), (bytes("filename*=%41"), nil),
            (bytes("filename=\"a.png\"; filename*=UTF-8''b.png"), bytes("a.png")),
            (bytes("name=\"filename=x.jpg; filename=y\""), nil),
            (bytes("name=\"f\"; filename=\"never ends"), nil), (bytes("name"), nil), (bytes(";;=;"), nil),
        ]
        for (disposition, name) in cases {
            let body = bytes("--xYz\r\ncontent-disposition :form-data; ") + disposition + bytes("\r\n\r\nx\r\n--xYz--")
            #expect(try FormRecord(body).names == [name], "\(String(decoding: disposition, as: UTF8.self))")
        }
    }

    @Test("what is held does not grow with the part")
    func memory() throws {
        var reader = try #require(MultipartReader(contentType: FormBody.type))
        var content = ByteWriter()
        var total = 0
        let piece = Array(String(repeating: "x\r\n--xY", count: 9_000).utf8)
        let start = Array("--xYz\r\n\r\n".utf8)
        for bytes in [start] + [[UInt8]](repeating: piece, count: 50) {
            var offset = 0
            while try reader.read(bytes.rawBytes, from: &offset, into: &content) != nil {}
            total += content.count
            content.clear()
        }
        #expect(total > 50 * piece.count - 10)
        #expect(content.capacity <= 128 << 10)
    }

    /// Random damage: no trap, no difference between cuts.
    @Test(arguments: [UInt64(1), 2, UInt64.random(in: 1_000...(.max))])
    func damagedBodiesAreSafe(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for round in 0..<1_000 {
            var body = Array(Self.good.randomElement(using: &random)?.body.utf8 ?? "".utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) where !body.isEmpty {
                let index = Int.random(in: 0..<body.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: body[index] = Array("\r\n-xYz :\0".utf8).randomElement(using: &random) ?? 0
                case 1: body.remove(at: index)
                default: body.insert(contentsOf: body[index...].prefix(9), at: index)
                }
            }
            let whole = try FormRecord(body)
            let cuts = (0..<5).map { _ in Int.random(in: 0...body.count, using: &random) }.sorted()
            #expect(try FormRecord(body, cuts: cuts) == whole, "seed \(seed), round \(round)")
        }
    }
}
