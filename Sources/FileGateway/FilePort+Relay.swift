import DBProxy
import Primitives
import Reactor
import TalkProtocol

/// Files that go straight from one user to the other, who both come to this node.
extension FilePort {
    func joinRelay(_ role: ClientFileRole, _ task: FileTask, _ sequence: UInt16, _ line: FileLine) {
        var relay = relays[task.id] ?? FileRelay(byteCount: task.byteCount)
        guard relay.join(line.handle, as: role) else { return refuse(sequence, line) }
        relays[task.id] = relay
        line.work = .relaying
        welcome(sequence, line)
        guard relay.isOpen, let receiver = relay.receiver.flatMap({ lines[$0] }) else { return }
        let ready = IMFileState(state: .peerReady, taskID: task.id, userID: task.sender.rawValue)
        say(.fileState, 0, ready, to: receiver)
    }

    /// The receiver asks the sender.
    func relay(_ question: IMFilePullDataReq, _ sequence: UInt16, _ line: FileLine) {
        guard case .relaying = line.work, question.taskID == line.taskID, question.userID == line.user.rawValue,
            var relay = relays[line.taskID]
        else { return fail(.pullDataIllieageUser, question, sequence, line) }
        do throws(FileRelay<ConnectionHandle>.Fault) {
            try relay.ask(
                line.handle, sequence: sequence, offset: question.offset, byteCount: question.dataSize)
        } catch {
            return fail(.pullDataSeekOffsetError, question, sequence, line)
        }
        relays[line.taskID] = relay
        if let sender = relay.sender.flatMap({ lines[$0] }) { say(.filePullDataReq, sequence, question, to: sender) }
    }

    /// The sender answers the receiver.
    func relay(_ answer: IMFilePullDataRsp, _ line: FileLine) {
        guard case .relaying = line.work, var relay = relays[line.taskID] else { return loop.close(line.handle, .now) }
        let sequence: UInt16
        do throws(FileRelay<ConnectionHandle>.Fault) {
            sequence = try relay.answer(
                line.handle, code: answer.resultCode, offset: answer.offset, count: answer.fileData.count)
        } catch {
            return loop.close(line.handle, .now)
        }
        relays[line.taskID] = relay
        guard let receiver = relay.receiver.flatMap({ lines[$0] }) else { return }
        say(.filePullDataRsp, sequence, answer, to: receiver)
    }

    /// One side has changed its mind, or has all of it: the other side hears it, and both are done.
    func relay(_ state: IMFileState, _ line: FileLine) {
        guard case .relaying = line.work, state.taskID == line.taskID else { return loop.close(line.handle, .now) }
        if state.state == .peerReady { return }
        let peer = relays.removeValue(forKey: line.taskID)?.peer(of: line.handle).flatMap { lines[$0] }
        if let peer {
            let told = IMFileState(state: state.state, taskID: line.taskID, userID: line.user.rawValue)
            say(.fileState, 0, told, to: peer)
            loop.close(peer.handle, .afterFlush)
        }
        loop.close(line.handle, .afterFlush)
    }

    /// Who vanishes has given up: the other side need not wait.
    func leaveRelay(_ line: FileLine) {
        guard case .relaying = line.work, let relay = relays[line.taskID] else { return }
        guard relay.sender == line.handle || relay.receiver == line.handle else { return }
        relays[line.taskID] = nil
        if let peer = relay.peer(of: line.handle).flatMap({ lines[$0] }) {
            let told = IMFileState(state: .cancel, taskID: line.taskID, userID: line.user.rawValue)
            say(.fileState, 0, told, to: peer)
            loop.close(peer.handle, .afterFlush)
        }
    }
}
