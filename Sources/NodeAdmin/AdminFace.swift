import CFace
import Crypto
import HTTPCore
public import HTTPServer
import Primitives

/// The page for people on the administration port. It asks the API with the token that somebody gives it, so its files
/// are for everybody; they are part of the program.
public enum AdminFace {
    private struct File {
        let name: String
        let type: StaticString
        let body: [UInt8]
        let tag: String
    }

    public static func add(to service: HTTPService) {
        for path in ["/", "/admin"] { service.add(.get, path) { _, _, answer in answer(moved) } }
        for file in files {
            let path = "/admin/" + (file.name == "index.html" ? "" : file.name)
            service.add(.get, path) { request, _, answer in answer(response(file, to: request)) }
        }
    }

    private static let moved: HTTPResponse = {
        var response = HTTPResponse(.found)
        response.set("Location", "/admin/")
        return response
    }()

    private static func response(_ file: File, to request: HTTPRequest) -> HTTPResponse {
        let isKnown = request.headers.list("if-none-match", contains: file.tag)
        var response = isKnown ? HTTPResponse(.notModified) : HTTPResponse(.ok, type: file.type, body: file.body)
        try? response.set("ETag", to: file.tag)
        // After an upgrade the files must fit each other, and the API.
        response.set("Cache-Control", "no-cache")
        response.set("Content-Security-Policy", policy)
        response.set("X-Content-Type-Options", "nosniff")
        response.set("Referrer-Policy", "no-referrer")
        response.set("Cross-Origin-Opener-Policy", "same-origin")
        response.set("Cross-Origin-Resource-Policy", "same-origin")
        return response
    }

    /// Nothing but what this port serves; and no script may make elements from text.
    private static let policy: StaticString =
        """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
        form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
        trusted-types 'none'
        """

    private static let files: [File] = {
        var files: [File] = []
        while let file = unsafe face_file(files.count)?.pointee {
            let name = unsafe String(cString: file.name)
            let body = unsafe [UInt8](UnsafeBufferPointer(start: file.bytes, count: file.size))
            let digest = SHA256.digest(body.rawBytes)
            files.append(
                File(name: name, type: type(of: name), body: body, tag: "\"\(Hex.encode(digest.rawBytes))\""))
        }
        return files
    }()

    private static func type(of name: String) -> StaticString {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "text/javascript; charset=utf-8"
        }
    }
}
