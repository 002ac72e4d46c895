import HTTPCore
import Primitives

/// Why a bucket did not do what was asked.
public enum S3Failure: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no connection, or it broke, or nothing moved for too long.
    case unreachable
    /// What was asked for is not there.
    case absent
    /// It is there no more, or not now: it may be asked again.
    case tryLater(String)
    /// It does not believe us, or has no such bucket: somebody has to do something.
    case refused(String)
    /// Our clocks are too far apart.
    case skewed
    /// There is no room, there or here.
    case full
    /// What is there is longer or shorter than what was asked for.
    case otherSize
    /// What came is no answer of S3, or not what was asked for.
    case nonsense
    /// Our disk fails, or has other bytes than it should.
    case disk
    /// Too much at once.
    case busy

    public var description: String {
        switch self {
        case .unreachable: "it does not answer"
        case .absent: "it is not there"
        case .otherSize: "what is there has another size"
        case .tryLater(let code): "not now: \(code)"
        case .refused(let code): "refused: \(code)"
        case .skewed: "its clock and ours are too far apart"
        case .full: "there is no room"
        case .nonsense: "that is no answer of S3"
        case .disk: "our disk fails"
        case .busy: "too much at once"
        }
    }
}

/// What a bucket answers, as far as anybody acts on it. A core: a pure reading of a head and of up to
/// `maxTextBytes` of text.
struct S3Answer: Equatable {
    static let maxTextBytes = 64 << 10
    private static let maxUploadBytes = 1_024
    private static let maxTagBytes = 256
    private static let maxCodeBytes = 64

    private let head: HTTPAnswerHead
    private let text: [UInt8]

    init(_ head: HTTPAnswerHead, text: [UInt8]) {
        self.head = head
        self.text = text
    }

    static func isSuccess(_ status: Int) -> Bool { (200..<300).contains(status) }

    /// Whether it did it. A success may still be none: S3 begins to answer before it is done with parts ("Complete
    /// MultipartUpload", Amazon S3 API Reference).
    ///
    /// - Parameter isHead: an answer without a text, which would say what is not there.
    func check(isHead: Bool = false) throws(S3Failure) {
        let fields = XMLFields(text)
        let isError = fields?.root == "Error"
        if Self.isSuccess(head.status), !isError { return }
        if isHead, head.status == 404 { throw .absent }
        throw Self.failure(head.status, code: isError ? fields?["Code"].flatMap(Self.code) : nil)
    }

    private static func failure(_ status: Int, code: String?) -> S3Failure {
        let told = code ?? "HTTP \(status)"
        switch code {
        case "NoSuchKey", "NoSuchUpload": return .absent
        case "RequestTimeTooSkewed": return .skewed
        case "RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable", "OperationAborted":
            return .tryLater(told)
        // It ends before what was asked for begins.
        case "InvalidRange": return .otherSize
        case "QuotaExceeded", "XMinioStorageFull": return .full
        default: break
        }
        switch status {
        // Of something between, which does not know the way to the bucket for a while: an object is absent only if the
        // bucket says so by name.
        case 404 where code == nil: return .tryLater(told)
        case 507: return .full
        // RFC 9110, 15.5.9: of a connection that rested for too long.
        case 408, 429, 500...: return .tryLater(told)
        case 400..<500: return .refused(told)
        default: return .nonsense
        }
    }

    /// A word that can be told: in logs, and to administrators.
    private static func code(_ text: String) -> String? {
        let isWord = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5a).contains($0 & 0xdf) }
        return isWord && (1...maxCodeBytes).contains(text.utf8.count) ? text : nil
    }

    /// Of an object that was looked at.
    func byteCount() throws(S3Failure) -> Int {
        try check(isHead: true)
        guard let count = Self.length(of: head), count >= 0 else { throw .nonsense }
        return count
    }

    /// Of an upload in parts that has begun.
    func upload() throws(S3Failure) -> String {
        try check()
        guard let upload = XMLFields(text)?["UploadId"], (1...Self.maxUploadBytes).contains(upload.utf8.count) else {
            throw .nonsense
        }
        return upload
    }

    /// Of parts that have become an object.
    func checkJoined() throws(S3Failure) {
        try check()
        guard XMLFields(text)?.root == "CompleteMultipartUploadResult" else { throw .nonsense }
    }

    /// Of an object, or of a part of one.
    func tag() throws(S3Failure) -> String {
        try check()
        guard let tag = head.headers["etag"], (1...Self.maxTagBytes).contains(tag.utf8.count) else { throw .nonsense }
        return tag
    }

    /// The rest of an object of so many bytes comes from an offset on, as was asked, and no byte more: an answer that
    /// says how long it is ends there (RFC 9112, section 6.2).
    static func checkBeginning(
        of head: HTTPAnswerHead, at offset: Int, of byteCount: Int
    ) throws(S3Failure) {
        let range = head.headers["content-range"]
        let size = head.status == 206 ? range?.split(separator: "/").last.flatMap { Int($0) } : length(of: head)
        // What has no tag is no object: something between says what it likes.
        if let size, size != byteCount, head.headers["etag"] != nil { throw .otherSize }
        guard length(of: head) == byteCount - offset else { throw .nonsense }
        if head.status == 200, offset == 0 { return }
        guard head.status == 206, range == "bytes \(offset)-\(byteCount - 1)/\(byteCount)" else { throw .nonsense }
    }

    private static func length(of head: HTTPAnswerHead) -> Int? { head.headers["content-length"].flatMap { Int($0) } }
}
