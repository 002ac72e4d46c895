import CLinux
import Glibc
public import Primitives
import Synchronization

/// Where other threads leave work for a loop: bytes from other loops, closures from anywhere.
///
/// Bytes cost one lock and a copy; the eventfd is written only when the loop sleeps: many
/// posts cost one wake-up. What is posted from one thread arrives in order.
final class Mailbox: Sendable {
    /// Bytes that may wait here. Beyond it `post` refuses, and the sending loop stops reading its clients. An empty
    /// mailbox takes everything: what has grown longer than this at the sender would never fit.
    static let byteLimit = 64 << 20

    private struct Content: ~Copyable {
        var bytes = ByteWriter(capacity: 4096)
        var calls: [@Sendable (EventLoop) -> Void] = []
    }

    private let content = Mutex(Content())
    private let sleeping = Atomic<Bool>(false)
    private let wakeEvent: Descriptor

    init() throws(SystemError) {
        wakeEvent = try System.makeEventDescriptor()
    }

    /// Readable when the loop was woken; for its epoll.
    var wakeDescriptor: Int32 { wakeEvent.raw }

    /// Adds mail that another loop has framed. `false` when the limit is reached; nothing was added then.
    func post(_ mail: RawSpan) -> Bool {
        let accepted = content.withLock { content in
            guard content.bytes.isEmpty || content.bytes.count + mail.byteCount <= Mailbox.byteLimit else {
                return false
            }
            content.bytes.append(mail)
            return true
        }
        if accepted { wake() }
        return accepted
    }

    /// Runs `call` on the loop's thread in its next turn.
    func post(_ call: @escaping @Sendable (EventLoop) -> Void) {
        content.withLock { $0.calls.append(call) }
        wake()
    }

    /// The loop swaps its empty buffers for the full ones.
    func collect(_ bytes: inout ByteWriter, _ calls: inout [@Sendable (EventLoop) -> Void]) {
        content.withLock { content in
            swap(&content.bytes, &bytes)
            swap(&content.calls, &calls)
        }
    }

    /// Announces that the loop is about to sleep; `false` when there is mail and it must not.
    func prepareToSleep() -> Bool {
        sleeping.store(true, ordering: .sequentiallyConsistent)
        let empty = content.withLock { $0.bytes.isEmpty && $0.calls.isEmpty }
        if !empty { sleeping.store(false, ordering: .relaxed) }
        return empty
    }

    func didWake() {
        sleeping.store(false, ordering: .relaxed)
    }

    func clearWake() {
        var count: UInt64 = 0
        unsafe _ = read(wakeDescriptor, &count, 8)
    }

    private func wake() {
        guard sleeping.exchange(false, ordering: .sequentiallyConsistent) else { return }
        var one: UInt64 = 1
        unsafe _ = write(wakeDescriptor, &one, 8)
    }
}

/// Receives the mail of one kind from other loops (and from this one).
public protocol MailHandler: AnyObject {
    /// The span is valid during the call only.
    func mail(_ bytes: RawSpan, kind: UInt8, from loop: Int)
}

/// Mail to one loop, gathered during a turn. Frame: u32 payload length, u16 sending loop, u8 kind, u8 zero, payload.
final class OutgoingMail {
    static let headerByteCount = 8
    var bytes = ByteWriter(capacity: 1024)
}

extension EventLoop {
    /// Every kind has one handler; registering it again replaces it.
    public func handleMail(kind: UInt8, _ handler: any MailHandler) {
        mailHandlers[kind] = handler
    }

    /// Queues mail for another loop (or this one, which reads it in its next turn). It leaves at the end of the turn,
    /// in the order of the calls.
    public func post(kind: UInt8, to loop: Int, _ write: (inout ByteWriter) -> Void) {
        let target = outgoing[loop]
        let start = target.bytes.count
        target.bytes.append(bigEndian: UInt32(0))
        target.bytes.append(bigEndian: UInt16(index))
        target.bytes.append(kind)
        target.bytes.append(0)
        write(&target.bytes)
        let length = target.bytes.count - start - OutgoingMail.headerByteCount
        target.bytes.overwrite(bigEndian: UInt32(length), at: start)
    }

    /// Hands over what the turn gathered. What a full mailbox refuses stays here and is tried again next turn; until
    /// it is taken, this loop reads no connections.
    func postOutgoing() {
        congested = false
        for (peer, target) in zip(peers, outgoing) where !target.bytes.isEmpty {
            if peer.post(target.bytes.bytes) {
                target.bytes.clear(keeping: 1 << 20)
            } else {
                congested = true
                counters.congestedTurns.add(1)
            }
        }
    }

    func deliverMail(_ mail: RawSpan) {
        var reader = ByteReader(mail)
        while let length: UInt32 = reader.read(), let sender: UInt16 = reader.read(), let kind: UInt8 = reader.read(),
            reader.skip(1), let payload = reader.readBytes(Int(length))
        {
            counters.mailReceived.add(1)
            mailHandlers[kind]?.mail(payload, kind: kind, from: Int(sender))
        }
        precondition(reader.isAtEnd, "mail without a frame behind \(reader.offset) of \(mail.byteCount) bytes")
    }
}
