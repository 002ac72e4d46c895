/// Where the request ends, decided from its head alone (RFC 9112, section 6).
///
/// Whatever is ambiguous is refused. A proxy in front of us may have read it differently, and the difference is a
/// request that it has not checked.
struct HTTPFraming: Equatable {
    enum Body: Equatable {
        case none
        case length(Int)
        case chunked
    }

    let body: Body
    /// The client waits for `100 Continue` before it sends the body (RFC 9110, section 10.1.1).
    let expectsContinue: Bool

    init(_ headers: HTTPHeaders, version: HTTPVersion) throws(HTTPRefusal) {
        let lengths = headers.allBytes(of: "content-length")
        let codings = headers.allBytes(of: "transfer-encoding")
        guard lengths.isEmpty || codings.isEmpty else { throw .twoFramings }
        if let coding = codings.first {
            // An HTTP/1.0 client that sends chunks has a proxy in between that did not understand them.
            guard codings.count == 1, version == .http11 else { throw .badTransferEncoding }
            try Self.check(coding)
            body = .chunked
        } else if let text = lengths.first {
            guard lengths.count == 1, let length = text.plainNumber else { throw .badContentLength }
            body = length == 0 ? .none : .length(length)
        } else {
            body = .none
        }
        expectsContinue = try Self.expectsContinue(headers, version: version) && body != .none
    }

    private static func check(_ coding: ArraySlice<UInt8>) throws(HTTPRefusal) {
        if coding.equalsIgnoringCase("chunked".utf8) { return }
        let names = coding.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(\.withoutBlanks)
        let compressions = ["gzip", "x-gzip", "deflate", "compress", "x-compress"]
        let isCompressed = names.dropLast().allSatisfy { name in
            compressions.contains { name.equalsIgnoringCase($0.utf8) }
        }
        guard names.count > 1, isCompressed, names.last?.equalsIgnoringCase("chunked".utf8) == true else {
            throw .badTransferEncoding
        }
        throw .unsupportedTransferCoding
    }

    private static func expectsContinue(_ headers: HTTPHeaders, version: HTTPVersion) throws(HTTPRefusal) -> Bool {
        let values = headers.allBytes(of: "expect")
        guard version == .http11, !values.isEmpty else { return false }
        guard values.allSatisfy({ $0.equalsIgnoringCase("100-continue".utf8) }) else { throw .badExpectation }
        return true
    }

    /// Exactly one Host, and the same one as in the target (RFC 9112, section 3.2). Section 3.2.2 would have the
    /// target win; a client that names two hosts has no good reason.
    static func checkHost(
        _ headers: HTTPHeaders, authority: [UInt8]?, version: HTTPVersion
    ) throws(HTTPRefusal) {
        let hosts = headers.allBytes(of: "host")
        guard let host = hosts.first else {
            guard version == .http10 else { throw .badHost }
            return
        }
        guard hosts.count == 1, HTTPHost.isValid(host) else { throw .badHost }
        if let authority, !authority.equalsIgnoringCase(host) { throw .badHost }
    }
}
