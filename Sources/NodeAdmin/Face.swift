import CFace
import Crypto
import HTTPCore
import HTTPServer
import Primitives

/// The files of a page for people, which are part of the program and for everybody.
struct Face {
    struct File {
        let name: String
        let type: StaticString
        let body: [UInt8]
        let tag: String

        init(_ name: String, body: [UInt8]) {
            self.name = name
            self.body = body
            type = Face.type(of: name)
            tag = "\"\(Face.digest(body))\""
        }
    }

    static let admin = unsafe Face(own: face_admin())
    static let chat = unsafe Face(own: face_chat())

    let files: [File]
    /// Another one as soon as any file is another: 16 hexadecimal digits.
    let version: String

    /// - Parameter own: those that only this page has; the others it has in common with the other pages.
    private init(own: UnsafePointer<face_file>) {
        let files = unsafe Self.read(own) + (unsafe Self.read(face_shared()))
        version = String(Self.digest(files.flatMap { [UInt8](($0.name + $0.tag).utf8) }).prefix(16))
        self.files = files
    }

    /// - Parameters:
    ///   - policy: what the page may do in a browser (Content Security Policy).
    ///   - isLasting: the path names the version, so that what is there never changes.
    static func response(
        _ file: File, to request: HTTPRequest, policy: String, isLasting: Bool = false
    ) -> HTTPResponse {
        let isKnown = request.headers.list("if-none-match", contains: file.tag)
        var response = isKnown ? HTTPResponse(.notModified) : HTTPResponse(.ok, type: file.type, body: file.body)
        try? response.set("ETag", to: file.tag)
        // After an upgrade the files must fit each other, and the node.
        response.set("Cache-Control", isLasting ? "public, max-age=31536000, immutable" : "no-cache")
        try? response.set("Content-Security-Policy", to: policy)
        response.set("X-Content-Type-Options", "nosniff")
        response.set("Referrer-Policy", "no-referrer")
        response.set("Cross-Origin-Opener-Policy", "same-origin")
        response.set("Cross-Origin-Resource-Policy", "same-origin")
        return response
    }

    private static func read(_ list: UnsafePointer<face_file>) -> [File] {
        var files: [File] = []
        while let start = unsafe list[files.count].name {
            let file = unsafe list[files.count]
            let name = unsafe String(cString: start)
            let body = unsafe [UInt8](UnsafeBufferPointer(start: file.bytes, count: file.size))
            files.append(File(name, body: body))
        }
        return files
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        let digest = SHA256.digest(bytes.rawBytes)
        return Hex.encode(digest.rawBytes)
    }

    private static func type(of name: String) -> StaticString {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "json": "application/manifest+json"
        default: "text/javascript; charset=utf-8"
        }
    }
}
