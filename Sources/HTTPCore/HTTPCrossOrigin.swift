/// Pages that came from elsewhere (Fetch Standard, section "CORS protocol"). For what asks for no cookie: a page of a
/// stranger can do nothing there that the stranger could not do himself.
extension HTTPResponse {
    /// Pages from everywhere may read it.
    public mutating func openToAllOrigins() {
        set("Access-Control-Allow-Origin", "*")
        set("Access-Control-Expose-Headers", "Retry-After")
    }

    /// The answer to what a browser asks before it sends such a request.
    public mutating func allowRequestsOfAllOrigins() {
        openToAllOrigins()
        set("Access-Control-Allow-Methods", "GET, POST, PUT")
        set("Access-Control-Allow-Headers", "Authorization, Content-Digest, Content-Type")
        set("Access-Control-Max-Age", "86400")
    }
}
