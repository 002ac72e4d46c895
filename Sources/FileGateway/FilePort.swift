import DBProxy
import Primitives
import Protobuf
public import Reactor
import Replication
public import TLS
import TalkProtocol

/// The file server of the original, on one port: files go from one user to another at once, or are stored for one who
/// is away. Confined to its loop.
///
/// A client says who it is and for which task it comes; it proves nothing but that it knows the task, which only the
/// two were told and nobody can guess.
public final class FilePort: StreamHandler {
    /// A piece of a relayed file, its header and its field names.
    static let maxPDU = Int(FileRelay<ConnectionHandle>.maxPieceBytes) + 1_024
    private static let maxLines = 2_000
    /// Of one address: whoever opens many keeps out his own.
    private static let maxLinesOfSite = 64
    private static let loginTime: Duration = .seconds(15)
    private static let expiryPeriod: Duration = .seconds(60)
    private static let expiredAtOnce = 1_000

    unowned let loop: EventLoop
    let desk: FileDesk
    var keeper: BlobKeeper { desk.keeper }
    private var database: Database { desk.database }
    private let door: TLSDoor
    private let isBehindProxy: Bool
    /// Connections whose proxy has not said yet whose they are, and where they come from themselves.
    private var unannounced: [ConnectionHandle: SocketAddress] = [:]
    var lines: [ConnectionHandle: FileLine] = [:]
    private var sites: [SocketAddress.Host: Int] = [:]
    /// Files that are being handed over, by their tasks.
    var relays: [String: FileRelay<ConnectionHandle>] = [:]
    /// Who brings the files of which tasks.
    var uploads: [String: FileLine] = [:]
    /// Files of which a part is here, and whose clients are gone; the oldest first.
    var paused: [PausedUpload] = []

    /// - Parameters:
    ///   - door: for clients that begin with TLS.
    ///   - isBehindProxy: a proxy says whose each connection is.
    public init(_ desk: FileDesk, door: TLSDoor, isBehindProxy: Bool, on loop: EventLoop) {
        self.door = door
        self.isBehindProxy = isBehindProxy
        self.desk = desk
        self.loop = loop
        expire()
    }

    private func expire() {
        dropPaused()
        database.expireFileTasks(limit: Self.expiredAtOnce) { [weak self] _ in
            guard let self else { return }
            loop.schedule(after: Self.expiryPeriod) { [weak self] in self?.expire() }
        }
    }

    public func opened(_ handle: ConnectionHandle, peer: SocketAddress) {
        guard lines.count + unannounced.count < Self.maxLines else { return loop.close(handle, .now) }
        loop.setDeadline(loop.now + Self.loginTime, for: handle)
        if isBehindProxy { unannounced[handle] = peer } else if !begin(handle, of: peer) { loop.close(handle, .now) }
    }

    /// `false`: there are too many from there.
    private func begin(_ handle: ConnectionHandle, of peer: SocketAddress) -> Bool {
        let site = peer.host.site
        guard sites[site, default: 0] < Self.maxLinesOfSite else { return false }
        sites[site, default: 0] += 1
        lines[handle] = FileLine(handle, of: site, at: loop.now)
        return true
    }

    /// Takes the proxy's header, and what the client has sent behind it.
    private func announce(_ handle: ConnectionHandle, _ peer: SocketAddress, _ bytes: RawSpan) -> Int {
        switch ProxyHeader(bytes) {
        case .needMore: return 0
        case .source(let source, let byteCount):
            unannounced[handle] = nil
            guard begin(handle, of: source ?? peer) else { break }
            // Without a byte of its own the client has not spoken.
            if byteCount == bytes.byteCount { return byteCount }
            return byteCount + received(bytes.extracting(droppingFirst: byteCount), on: handle)
        case .invalid: break
        }
        loop.close(handle, .now)
        return bytes.byteCount
    }

    public func received(_ bytes: RawSpan, on handle: ConnectionHandle) -> Int {
        if let peer = unannounced[handle] { return announce(handle, peer, bytes) }
        guard let line = lines[handle] else { return bytes.byteCount }
        if !line.hasSpoken, bytes.byte(at: 0) == TLSDoor.firstByte, !loop.isSealed(handle), let context = door.context {
            loop.startTLS(handle, accepting: context)
            return 0
        }
        line.hasSpoken = true
        var rest = bytes
        // What follows comes again when the piece before it is on the disk, or from it.
        while !line.isBusy, loop.isOpen(handle) {
            guard case .pdu(let header, let body) = PDUFramer.next(in: rest, limit: Self.maxPDU) else { break }
            do throws(ProtoError) {
                try execute(header, rest.extracting(body), line)
            } catch {
                loop.close(handle, .now)
            }
            rest = rest.extracting(droppingFirst: body.upperBound)
        }
        if case .invalid = PDUFramer.next(in: rest, limit: Self.maxPDU) {
            loop.close(handle, .now)
            return bytes.byteCount
        }
        if rest.byteCount < bytes.byteCount, line.isLoggedIn, !line.isBusy { expectMore(line) }
        return bytes.byteCount - rest.byteCount
    }

    public func drained(_ handle: ConnectionHandle) {
        guard let line = lines[handle], line.waitsForOutput else { return }
        line.waitsForOutput = false
        goOn(line)
    }

    public func deadlinePassed(_ handle: ConnectionHandle) { loop.close(handle, .now) }

    public func closed(_ handle: ConnectionHandle, reason: CloseReason) {
        unannounced[handle] = nil
        guard let line = lines.removeValue(forKey: handle) else { return }
        let left = sites[line.site, default: 1] - 1
        sites[line.site] = left > 0 ? left : nil
        // What is on its way to the disk comes first.
        if !line.isBusy { leaveUpload(line) }
        leaveRelay(line)
    }

    private func execute(_ header: PDUHeader, _ body: RawSpan, _ line: FileLine) throws(ProtoError) {
        switch Command(service: header.service, command: header.command) {
        case .heartBeat: say(.heartBeat, header.sequence, IMHeartBeat(), to: line)
        case .fileLoginReq: logIn(try IMFileLoginReq(reading: body), header.sequence, line)
        case .filePullDataReq:
            line.patience.carried(at: loop.now)
            pull(try IMFilePullDataReq(reading: body), header.sequence, line)
        case .filePullDataRsp:
            line.patience.carried(at: loop.now)
            take(try IMFilePullDataRsp(reading: body), line)
        case .fileState: relay(try IMFileState(reading: body), line)
        default: loop.close(line.handle, .now)
        }
    }

    // MARK: Logins

    private func logIn(_ request: IMFileLoginReq, _ sequence: UInt16, _ line: FileLine) {
        guard case .new = line.work else { return loop.close(line.handle, .now) }
        line.taskID = request.taskID
        line.user = UserID(request.userID)
        guard request.taskID.fitsDatabase else { return refuse(sequence, line) }
        hold(line)
        database.fileTask(request.taskID) { [weak self] result in
            guard let self, lines[line.handle] === line, loop.isOpen(line.handle) else { return }
            guard case .success(let task?) = result else { return refuse(sequence, line) }
            admit(request.fileRole, of: task, sequence, line)
        }
    }

    /// Who is neither of the two, or comes for something else than the task is for, is refused.
    private func admit(_ role: ClientFileRole, of task: FileTask, _ sequence: UInt16, _ line: FileLine) {
        line.task = task
        switch role {
        case .realtimeSender where task.mode == .online && line.user == task.sender,
            .realtimeRecver where task.mode == .online && line.user == task.receiver:
            joinRelay(role, task, sequence, line)
        case .offlineUpload, .offlineDownload:
            switch desk.purpose(of: line.user, bringing: role == .offlineUpload, task) {
            case .bring: beginUpload(task, sequence, line)
            case .nothing:
                say(.fileLoginRsp, sequence, IMFileLoginRsp(resultCode: 0, taskID: line.taskID), to: line)
                end(line, .done)
            case .get(let blob): beginDownload(blob, task, sequence, line)
            case nil: refuse(sequence, line)
            }
        case .realtimeSender, .realtimeRecver: refuse(sequence, line)
        }
    }

    func refuse(_ sequence: UInt16, _ line: FileLine) {
        say(.fileLoginRsp, sequence, IMFileLoginRsp(resultCode: 1, taskID: line.taskID), to: line)
        loop.close(line.handle, .afterFlush)
    }

    func welcome(_ sequence: UInt16, _ line: FileLine) {
        say(.fileLoginRsp, sequence, IMFileLoginRsp(resultCode: 0, taskID: line.taskID), to: line)
        goOn(line)
    }

    // MARK: Lines

    /// Something is being done for it: nothing is read meanwhile.
    func hold(_ line: FileLine) {
        line.isBusy = true
        loop.setDeadline(nil, for: line.handle)
        loop.pauseReading(line.handle)
    }

    func goOn(_ line: FileLine) {
        line.isBusy = false
        expectMore(line)
        loop.resumeReading(line.handle)
    }

    /// It is the client's turn.
    private func expectMore(_ line: FileLine) {
        loop.setDeadline(line.patience.deadline(at: loop.now), for: line.handle)
    }

    func say(_ command: Command, _ sequence: UInt16, _ message: some ProtoMessage, to line: FileLine) {
        var writer = ByteWriter()
        writer.append(command, sequence: sequence, message)
        loop.send(writer.bytes, to: line.handle)
    }

    /// All of it is there, or there is nothing more to do: the line ends.
    func end(_ line: FileLine, _ state: ClientFileState) {
        if uploads[line.taskID] === line { uploads[line.taskID] = nil }
        line.work = .ended
        say(.fileState, 0, IMFileState(state: state, taskID: line.taskID, userID: line.user.rawValue), to: line)
        loop.close(line.handle, .afterFlush)
    }
}
