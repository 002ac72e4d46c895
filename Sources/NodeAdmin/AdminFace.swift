import HTTPCore
public import HTTPServer

/// The page for people on the administration port. It asks the API with the token that somebody gives it.
public enum AdminFace {
    public static func add(to service: HTTPService) {
        for path in ["/", "/admin"] { service.add(.get, path) { _, _, answer in answer(moved) } }
        for file in Face.admin.files {
            let path = "/admin/" + (file.name == "index.html" ? "" : file.name)
            service.add(.get, path) { request, _, answer in
                answer(Face.response(file, to: request, policy: policy))
            }
        }
    }

    private static let moved: HTTPResponse = {
        var response = HTTPResponse(.found)
        response.set("Location", "/admin/")
        return response
    }()

    /// Nothing but what this port serves; and no script may make elements from text.
    private static let policy =
        """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
        form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
        trusted-types 'none'
        """
}
