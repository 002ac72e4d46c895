/// Why an upload is not taken. The numbers up to 11 are those of the original image server, which clients were written
/// for; the others are this server's own.
public enum UploadRefusal: Int, Error, CaseIterable, Sendable {
    /// More bytes than an upload may have, or a picture of more pixels than anybody should decode.
    case tooLarge = 1
    /// No part says what it is for.
    case noDisposition
    /// No part is a file.
    case noFileName
    /// The request is no form, or does not say how its parts are delimited.
    case noBoundary
    /// The body has no delimiter.
    case noDelimiter
    /// The part does not say of what type it is.
    case noPartType
    case noHeadEnd
    /// The body ends within the part, or has too many of them.
    case notClosed
    case extensionTooLong
    /// No dot in the name.
    case noExtension
    case nameTooLong
    /// A file of no bytes.
    case empty
    /// Nobody is logged in there.
    case notAllowed
    /// This user or address has stored as much as it may, or does so too fast.
    case overBudget
    /// The store has no room, or does not work.
    case unavailable

    /// What the original says, in its language: clients show it.
    public var message: String {
        switch self {
        case .tooLarge: "上传文件过大"
        case .noDisposition, .noFileName, .noBoundary, .noDelimiter, .noPartType, .noHeadEnd, .notClosed,
            .extensionTooLong, .noExtension, .nameTooLong, .empty:
            "格式错误"
        case .notAllowed: "请先登录"
        case .overBudget: "上传过于频繁"
        case .unavailable: "服务器繁忙"
        }
    }

    init(_ failure: MultipartReader.Failure) {
        switch failure {
        case .noDelimiter: self = .noDelimiter
        case .noHeadEnd: self = .noHeadEnd
        case .notClosed, .tooManyParts: self = .notClosed
        }
    }
}
