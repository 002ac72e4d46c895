import Primitives
import Program
import TalkProtocol

/// A file on its way to somebody.
struct FileSendingState: Equatable {
    let path: String
    let receiver: UserID
    /// Behind its folders.
    var name = ""
    var byteCount = 0
    /// `nil`: the server has made none yet.
    var task: String?

    func offer(from user: UserID) -> IMFileReq {
        IMFileReq(
            fromUserID: user.rawValue, toUserID: receiver.rawValue, fileName: name,
            fileSize: UInt32(clamping: byteCount), transMode: .offline)
    }
}

/// All that it takes to bring a file: what is there already is asked for.
struct FileBringing: Equatable {
    let path: String
    let byteCount: Int
    /// Of the task, with a slash at its end.
    let url: String
    let token: String
    let partBytes: Int
}

/// What a token is for.
enum FileAccessPurpose: Equatable {
    case file(task: String, name: String)
    case picture(String)
    case sending

    func task(_ sending: FileSendingState?) -> String? {
        switch self {
        case .file(let task, _): task
        case .picture: nil
        case .sending: sending?.task
        }
    }
}

/// Files and pictures: sent, told of, saved.
extension TalkSession {
    /// What became of a file that was to be brought.
    enum Bringing: Equatable {
        case stored
        /// The token's time is over, or nobody answered: what is there stays.
        case brokenOff
        case failed(String)
    }

    // MARK: Saving

    mutating func notified(_ notice: IMFileNotify) {
        guard notice.offlineReady == 1 else { return }
        tell(
            OfflineFileInfo(
                fromUserID: notice.fromUserID, taskID: notice.taskID, fileName: notice.fileName,
                fileSize: notice.fileSize))
    }

    mutating func told(_ files: [OfflineFileInfo]) {
        for file in files { tell(file) }
    }

    private mutating func tell(_ file: OfflineFileInfo) {
        let number = keepsakes.add(.file(task: file.taskID, name: file.fileName))
        let sender = roster.name(of: UserID(file.fromUserID))
        show("\(sender): (file \(file.fileName.onTerminal), \(sizeText(Int(file.fileSize))): /save \(number))")
    }

    mutating func save(_ number: Int, at now: Instant) {
        switch keepsakes[number] {
        case .picture(let url): ask(.access(.picture(url)), at: now)
        case .file(let task, let name): ask(.access(.file(task: task, name: name)), at: now)
        case .voice(let sound):
            saving += 1
            // What phones send without saying what it is.
            let isOgg = sound.starts(with: Array("OggS".utf8))
            let ending = isOgg ? "ogg" : sound.starts(with: [0x1A, 0x45]) ? "webm" : "spx"
            actions.append(.keep(sound, name: "voice\(number).\(ending)"))
        case nil: fail("Nothing was shown with the number \(number).")
        }
    }

    /// Something is saved, or not.
    mutating func saved(_ outcome: String, isThere: Bool, at now: Instant) {
        saving -= 1
        if isThere { show(outcome) } else { fail(outcome) }
        proceed(at: now)
    }

    // MARK: Sending

    mutating func send(_ path: String) {
        guard let receiver = lastReceiver?.peer(of: user) else {
            return fail("To whom? Write to somebody first: files go to one person at a time.")
        }
        sending = FileSendingState(path: path, receiver: receiver)
        actions.append(.measure(path: path))
    }

    /// - Parameter byteCount: `nil`: there is no such file, or it cannot be read.
    mutating func measured(_ byteCount: Int?, at now: Instant) {
        guard let path = sending?.path else { return }
        guard let byteCount, byteCount <= Int(UInt32.max) else {
            sending = nil
            fail(byteCount == nil ? "'\(path.onTerminal)' cannot be read." : "A file may have 4 GiB at most.")
            return proceed(at: now)
        }
        sending?.byteCount = byteCount
        sending?.name = Self.name(of: path)
        ask(.offer, at: now)
    }

    private static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    mutating func offered(_ answer: IMFileRsp, at now: Instant) {
        guard sending != nil else { return }
        guard answer.resultCode == 0 else { return giveUp(Self.words(forRefusal: answer.refusal)) }
        sending?.task = answer.taskID
        ask(.access(.sending), at: now)
    }

    mutating func given(_ answer: IMFileAccessRsp, for purpose: FileAccessPurpose) {
        switch purpose {
        case .file(let task, let name):
            guard let url = answer.url, let token = answer.token else {
                return fail("That file is not there any more: it was taken back, or its time is over.")
            }
            saving += 1
            actions.append(.fetch(url: "\(url)files/\(task)?token=\(token)", name: Self.name(of: name)))
        case .picture(let address):
            // Every node gives every picture, whatever host its address names.
            guard let url = answer.url, let path = address.firstRange(of: "/g0/").map({ address[$0.lowerBound...] })
            else { return fail("That picture lies elsewhere: \(address.onTerminal)") }
            saving += 1
            actions.append(.fetch(url: url + path.dropFirst(), name: Self.name(of: String(path))))
        case .sending:
            guard let state = sending, let task = state.task else { return }
            guard let url = answer.url, let token = answer.token, let partBytes = answer.partSize, partBytes > 0 else {
                return giveUp("The server has it no more.")
            }
            actions.append(
                .bring(
                    FileBringing(
                        path: state.path, byteCount: state.byteCount, url: "\(url)files/\(task)/", token: token,
                        partBytes: Int(partBytes))))
        }
    }

    mutating func brought(_ outcome: Bringing, at now: Instant) {
        guard let state = sending, let task = state.task else { return }
        switch outcome {
        case .brokenOff:
            goOnSending(at: now)
        case .failed(let reason):
            giveUp(reason)
        case .stored:
            sending = nil
            tell(
                .fileAddOfflineReq,
                IMFileAddOfflineReq(
                    fromUserID: user.rawValue, toUserID: state.receiver.rawValue, taskID: task, fileName: state.name,
                    fileSize: UInt32(clamping: state.byteCount)))
            let what = "\(state.name.onTerminal), \(sizeText(state.byteCount))"
            show("✓ \(what), is there for \(roster.name(of: state.receiver)).")
        }
        proceed(at: now)
    }

    /// After a break: with another token, from where it was.
    mutating func goOnSending(at now: Instant) {
        guard isOnline, let sending, !sending.name.isEmpty else { return }
        ask(sending.task == nil ? .offer : .access(.sending), at: now)
    }

    private mutating func giveUp(_ reason: String) {
        guard let state = sending else { return }
        sending = nil
        fail("\(state.name.onTerminal) was not sent. \(reason)")
    }

    private static func words(forRefusal code: UInt32?) -> String {
        switch code {
        case 1: "There is nobody who could get it."
        case 2: "You have sent as much as one may in a day."
        case 3: "So many files wait there that there is no room for more."
        case 4: "Its name is too long."
        case 5: "This server takes no files."
        default: "The server does not take it."
        }
    }
}
