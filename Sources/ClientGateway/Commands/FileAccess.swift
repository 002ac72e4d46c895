import Accounts
import Crypto
import DBProxy
import Primitives
import TalkProtocol

/// Files over HTTP, for extended clients: the session says who somebody is, and gives him what he shows there.
extension Gateway {
    /// Seconds that a token is good. Who is longer at it asks for another one.
    private static let fileTokenLife: Int32 = 600

    /// What files may be here; and a token, if it is for a task.
    func giveAccess(_ request: Request, _ question: IMFileAccessReq) {
        guard let place = files() else { return tell(request, .nowhere) }
        database.quota(of: request.user) { [weak self] result in
            // Who is not told asks again: another size would be a lie.
            guard let self, case .success(let quota) = result else { return }
            giveAccess(request, question, at: place.with(quota))
        }
    }

    private func giveAccess(_ request: Request, _ question: IMFileAccessReq, at place: FilePlace) {
        guard let task = question.taskID else { return tell(request, .given, place) }
        guard task.fitsDatabase else { return tell(request, .noTask, place) }
        guard let random = try? randomBytes(SHA256.byteCount) else { return tell(request, .nowhere) }
        let token = Hex.encode(random.rawBytes)
        let digest = SHA256.digest([UInt8](token.utf8).rawBytes)
        database.addFileToken(digest: digest, to: task, for: request.user, life: Self.fileTokenLife) {
            [weak self] result in
            // Who is not told asks again: that the task is gone would be a lie.
            guard case .success(let isGiven) = result else { return }
            self?.tell(request, isGiven ? .given : .noTask, place, isGiven ? (task, token) : nil)
        }
    }

    private func pictureToken(of user: UserID, for place: FilePlace) -> String {
        place.pictureTokens.make(for: user, at: Int64(shared.wallClock()))
    }

    private enum Access: UInt32 {
        case given = 0
        case noTask
        case nowhere
    }

    private func tell(
        _ request: Request, _ access: Access, _ place: FilePlace? = nil, _ pass: (task: String, token: String)? = nil
    ) {
        answer(
            request, .fileAccessRsp,
            IMFileAccessRsp(
                userID: request.user.rawValue, resultCode: access.rawValue, taskID: pass?.task, token: pass?.token,
                tokenLife: pass.map { _ in UInt32(clamping: Self.fileTokenLife) }, url: place?.url,
                maxFileSize: place.map { UInt32(clamping: $0.quota.byteCount) },
                maxNameSize: place.map { _ in UInt32(Self.maxBaseNameBytes) },
                life: place.map { UInt32(clamping: $0.life) }, partSize: place.map { UInt32(clamping: $0.partBytes) },
                maxPictureSize: place.map { UInt32(clamping: $0.pictureBytes) },
                pictureToken: pass == nil ? place.map { pictureToken(of: request.user, for: $0) } : nil))
    }
}
