import Foundation
import FoundationNetworking
import Outbox
import Primitives
import Synchronization

/// Carries requests to services, over HTTP/2 where they speak it. Any thread may use it.
///
/// Redirections are not followed, and an answer has 64 KiB at most (B66).
///
/// `@unchecked Sendable`: `NSObject` is not known to be; what changes is behind the lock.
final class Courier: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private static let maxAnswer = 64 << 10

    private struct Exchange {
        var body: [UInt8] = []
        let completion: @Sendable (OutboundAnswer) -> Void
    }

    private let exchanges = Mutex<[Int: Exchange]>([:])
    private let configuration: URLSessionConfiguration
    private let session = Mutex<URLSession?>(nil)

    /// - Parameter limit: until the whole answer is there.
    init(within limit: Duration) {
        configuration = .ephemeral
        configuration.timeoutIntervalForRequest = TimeInterval(limit.milliseconds) / 1000
        configuration.timeoutIntervalForResource = TimeInterval(limit.milliseconds) / 1000
        // Requests to one service share a connection where it speaks HTTP/2.
        configuration.httpMaximumConnectionsPerHost = 2
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        super.init()
        session.withLock { $0 = URLSession(configuration: configuration, delegate: self, delegateQueue: nil) }
    }

    /// - Parameter completion: on a thread of the session, once.
    func post(_ request: OutboundRequest, _ completion: @escaping @Sendable (OutboundAnswer) -> Void) {
        guard let url = URL(string: request.url) else { return completion(.nothing("the address is no URL")) }
        var asked = URLRequest(url: url)
        asked.httpMethod = "POST"
        asked.httpBody = Data(request.body)
        for field in request.fields { asked.setValue(field.value, forHTTPHeaderField: field.name) }
        let task = session.withLock { session in session?.dataTask(with: asked) }
        guard let task else { return completion(.nothing("the program ends")) }
        exchanges.withLock { $0[task.taskIdentifier] = Exchange(completion: completion) }
        task.resume()
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLong = exchanges.withLock { exchanges in
            exchanges[dataTask.taskIdentifier]?.body.append(contentsOf: data)
            return (exchanges[dataTask.taskIdentifier]?.body.count ?? 0) > Self.maxAnswer
        }
        if isTooLong { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let exchange = exchanges.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return }
        if exchange.body.count > Self.maxAnswer { return exchange.completion(.nothing("the answer is too long")) }
        guard error == nil, let response = task.response as? HTTPURLResponse else {
            let reason = error.map { "\(($0 as NSError).localizedDescription)" } ?? "there was no answer"
            return exchange.completion(.nothing(reason))
        }
        let seconds = response.value(forHTTPHeaderField: "Retry-After").flatMap { Int($0) }
        let wait: Duration? = seconds.map { .seconds(max(0, min($0, 3600))) }
        exchange.completion(.status(response.statusCode, body: exchange.body, retryAfter: wait))
    }
}
