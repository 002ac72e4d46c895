public import HTTPCore
public import Reactor

/// What a request becomes whose body and answer may be longer than one wants to have in memory.
public enum HTTPExchangeRule {
    /// It is answered at once, and nothing of its body is read.
    case answer(HTTPResponse)
    /// Its body comes to `owner`, up to `limit` bytes, of which so many must come in a second on average.
    case take(limit: Int, bytesPerSecond: Int, owner: any HTTPExchangeOwner)
}

/// Who takes the body of a request and gives the answer. Calls come on the loop; after `exchangeEnded` there are none.
public protocol HTTPExchangeOwner: AnyObject {
    /// The next bytes of the body. Nothing more is read until `exchange.more()`, now or later; or answer.
    func received(_ bytes: [UInt8], of exchange: HTTPExchange)
    /// The body is complete. Answer, now or later.
    func bodyEnded(_ exchange: HTTPExchange)
    /// What was given of the content, after `begin`, has left. Give more, now or later.
    func contentWanted(_ exchange: HTTPExchange)
    /// It was answered, or the client is gone. Comes once.
    func exchangeEnded(_ exchange: HTTPExchange)
}

extension HTTPExchangeOwner {
    public func contentWanted(_ exchange: HTTPExchange) {
        preconditionFailure("content was announced, and \(Self.self) gives none")
    }
}

/// One request, as its owner sees it. Confined to its loop. What is said of one that has ended means nothing.
public final class HTTPExchange {
    public let request: HTTPRequest
    public let parameters: HTTPPathParameters
    public let peer: SocketAddress
    private weak var service: HTTPService?
    private let handle: ConnectionHandle
    /// `nil` before it was taken, and after it has ended.
    private(set) var owner: (any HTTPExchangeOwner)?

    init(
        _ service: HTTPService, _ handle: ConnectionHandle, _ request: HTTPRequest, _ parameters: HTTPPathParameters,
        _ peer: SocketAddress
    ) {
        self.service = service
        self.handle = handle
        self.request = request
        self.parameters = parameters
        self.peer = peer
    }

    /// The part that was received has been dealt with.
    public func more() {
        service?.takeMore(of: self, handle)
    }

    /// Answers. While the body is on its way the connection ends with it.
    public func respond(_ response: HTTPResponse) {
        service?.respond(response, of: self, handle)
    }

    /// Answers with a part of a file; `response` has no body of its own.
    public func respond(_ response: HTTPResponse, with file: File, _ range: Range<Int>) {
        service?.respond(response, with: file, range, of: self, handle)
    }

    /// Answers, and gives the content later, all of its `length` bytes.
    public func begin(_ response: HTTPResponse, length: Int) {
        service?.begin(response, length: length, of: self, handle)
    }

    /// The next bytes of the content.
    public func give(_ bytes: [UInt8]) {
        service?.give(bytes, of: self, handle)
    }

    /// The content that was announced cannot be given: the connection ends.
    public func abandon() {
        service?.abandon(self, handle)
    }

    func begin(_ owner: any HTTPExchangeOwner) {
        self.owner = owner
    }

    func end() {
        let owner = owner
        self.owner = nil
        service = nil
        owner?.exchangeEnded(self)
    }
}
