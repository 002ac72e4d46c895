public import Blobs
public import Primitives
public import Reactor
public import TLS

/// A bucket as a store of blobs: an object for each, under its digest. Confined to its loop.
///
/// What S3 has not said is there counts as not there: each success here is an answer 200 to the whole of it.
public final class S3Bucket {
    public typealias Completion = (Result<Void, S3Failure>) -> Void
    private typealias Answer = (Result<S3Answer, S3Failure>) -> Void

    /// What is larger goes in parts of this size.
    public static let partBytes = 16 << 20

    public let endpoint: S3Endpoint
    /// How much its clock is ahead of ours; `nil`: it has not answered yet.
    public var skew: Duration? { client.skew }
    private let client: S3Client
    private let disk: WorkerPool
    private let resolver: NameResolver
    private let loop: EventLoop
    private let partBytes: Int
    private let patience: Duration

    /// - Parameter patience: for the first byte of an answer, and between two pieces of one.
    public init(
        _ endpoint: S3Endpoint, _ credentials: S3Credentials, _ context: TLSContext?, partBytes: Int = partBytes,
        patience: Duration = .seconds(30), disk: WorkerPool, resolver: NameResolver,
        wallClock: @escaping () -> UnixTime, on loop: EventLoop
    ) {
        precondition(endpoint.isSealed == (context != nil), "TLS is wanted, or there is a context for it; not both")
        self.endpoint = endpoint
        self.partBytes = partBytes
        self.patience = patience
        self.disk = disk
        self.resolver = resolver
        self.loop = loop
        client = S3Client(
            endpoint, credentials, context, patience: patience, disk: disk, wallClock: wallClock, on: loop)
    }

    // MARK: What is asked

    /// Whether it is there, and takes our word.
    public func probe(_ completion: @escaping Completion) {
        ask(.probe) { completion($0.checked { (answer) throws(S3Failure) in try answer.check() }) }
    }

    /// The bytes of a blob; `nil`: it is not there.
    public func stat(_ id: BlobID, _ completion: @escaping (Result<Int?, S3Failure>) -> Void) {
        ask(.stat(id)) { answer in
            let count = answer.checked { (answer) throws(S3Failure) in try answer.byteCount() }
            completion(count == .failure(.absent) ? .success(nil) : count.map { $0 })
        }
    }

    /// Stores a blob.
    public func put(_ id: BlobID, _ file: File, byteCount: Int, _ completion: @escaping Completion) {
        guard byteCount > partBytes else {
            let body = byteCount == 0 ? S3Client.Body.none : .file(file, 0..<byteCount)
            // What has no tag is no object: something between may say yes to everything.
            return ask(.put(id, byteCount: byteCount), body) {
                completion($0.checked { (answer) throws(S3Failure) in _ = try answer.tag() })
            }
        }
        // As it is long: it may be there already.
        stat(id) { [self] found in
            if found == .success(byteCount) { return completion(.success(())) }
            putParts(id, S3Parts(file, byteCount: byteCount, partBytes: partBytes), file, completion)
        }
    }

    /// Has the bytes of a blob of so many that are not there yet written to `writer`, which the caller finishes. What
    /// was begun and broke off goes on where it was, as long as all of it takes no longer than on a slow link.
    public func fetch(
        _ id: BlobID, byteCount: Int, into writer: BlobWriter, _ completion: @escaping Completion
    ) {
        let end = loop.now + patience + S3Client.time(for: byteCount)
        let sink = S3Sink(writer: writer, byteCount: byteCount, end: end)
        ask({ .get(id, from: writer.byteCount) }, .none, into: sink) {
            completion($0.checked { (answer) throws(S3Failure) in try answer.check() })
        }
    }

    /// A blob that is not there is removed as well.
    public func remove(_ id: BlobID, _ completion: @escaping Completion) {
        ask(.remove(id)) { answer in
            let removed = answer.checked { (answer) throws(S3Failure) in try answer.check() }
            completion(removed.isAbsent ? .success(()) : removed)
        }
    }

    // MARK: Parts

    private func putParts(_ id: BlobID, _ parts: S3Parts, _ file: File, _ completion: @escaping Completion) {
        ask(.beginParts(id)) { [self] answer in
            switch answer.checked({ (answer) throws(S3Failure) in try answer.upload() }) {
            case .failure(let failure): completion(.failure(failure))
            case .success(let upload):
                putPart(id, upload, parts, file, tags: []) { [self] result in
                    if case .success = result { return completion(result) }
                    // What lies there without being an object is paid for; if this fails, too, rules of the bucket
                    // have to end it.
                    ask(.dropParts(id, upload: upload)) { _ in completion(result) }
                }
            }
        }
    }

    private func putPart(
        _ id: BlobID, _ upload: String, _ parts: S3Parts, _ file: File, tags: [String],
        _ completion: @escaping Completion
    ) {
        guard tags.count < parts.ranges.count else { return endParts(id, upload, parts, tags, completion) }
        let range = parts.ranges[tags.count]
        work({ parts.digest(of: range) }) { [self] digest in
            guard let digest else { return completion(.failure(.disk)) }
            let request = S3Request.putPart(
                id, upload: upload, number: tags.count + 1, byteCount: range.count, digest: digest)
            ask(request, .file(file, range)) { [self] answer in
                switch answer.checked({ (answer) throws(S3Failure) in try answer.tag() }) {
                case .failure(let failure): completion(.failure(failure))
                case .success(let tag): putPart(id, upload, parts, file, tags: tags + [tag], completion)
                }
            }
        }
    }

    private func endParts(
        _ id: BlobID, _ upload: String, _ parts: S3Parts, _ tags: [String], _ completion: @escaping Completion
    ) {
        work({ parts.are(id) }) { [self] isRight in
            // The file has changed since it was looked at: what is there must not become an object.
            guard isRight == true else { return completion(.failure(.disk)) }
            ask(.endParts(id, upload: upload, tags: tags)) { [self] answer in
                let joined = answer.checked { (answer) throws(S3Failure) in try answer.checkJoined() }
                guard joined.isAbsent else { return completion(joined) }
                // It may have been asked for before, without an answer.
                stat(id) { completion($0 == .success(parts.ranges.last?.upperBound) ? .success(()) : joined) }
            }
        }
    }

    /// `nil`: the disk has too much to do.
    private func work<Value: Sendable>(
        _ job: @escaping @Sendable () -> Value?, _ completion: @escaping (Value?) -> Void
    ) {
        if !disk.submit(from: loop, job, then: completion) { completion(nil) }
    }

    // MARK: Asking, and asking again

    private func ask(_ request: S3Request, _ body: S3Client.Body = .none, _ completion: @escaping Answer) {
        ask({ request }, body, into: nil, completion)
    }

    private func ask(
        _ request: @escaping () -> S3Request, _ body: S3Client.Body, into sink: S3Sink?,
        after retry: S3Retry = S3Retry(), _ completion: @escaping Answer
    ) {
        let asked = request()
        askOnce(asked, body, into: sink) { [self] result in
            // An answer may say as well that it is to be asked again.
            let told = result.checked { (answer) throws(S3Failure) in try answer.check(isHead: asked.isStat) }
            var retry = retry
            guard case .failure(let failure) = told, let pause = retry.pause(after: failure, &loop.random),
                sink.map({ loop.now + pause < $0.end }) ?? true
            else { return completion(result) }
            loop.schedule(after: pause) { [self] in ask(request, body, into: sink, after: retry, completion) }
        }
    }

    private func askOnce(
        _ request: S3Request, _ body: S3Client.Body, into sink: S3Sink?, _ completion: @escaping Answer
    ) {
        resolver.resolve(endpoint.host, port: endpoint.port, on: loop) { [self] addresses in
            guard !addresses.isEmpty else { return completion(.failure(.unreachable)) }
            // Of several, another one each time.
            let address = addresses[Int(loop.random.next() % UInt64(addresses.count))]
            client.send(request, body, to: address, into: sink, completion)
        }
    }
}

extension Result<S3Answer, S3Failure> {
    fileprivate func checked<Value>(_ read: (S3Answer) throws(S3Failure) -> Value) -> Result<Value, S3Failure> {
        flatMap { answer in Result<Value, S3Failure> { () throws(S3Failure) in try read(answer) } }
    }
}

extension Result<Void, S3Failure> {
    fileprivate var isAbsent: Bool {
        if case .failure(.absent) = self { true } else { false }
    }
}
