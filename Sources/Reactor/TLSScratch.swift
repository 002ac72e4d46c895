import Primitives
import TLS

/// What TLS sessions want to send, and what they have read: of one call. All sessions of a loop share the memory, so
/// that an idle one has none.
final class TLSScratch {
    /// Beyond it memory goes back after a call that needed more.
    private static let keptBytes = 128 << 10

    private var sealed = ByteWriter()
    private var opened = ByteWriter()

    var sealedCount: Int { sealed.count }

    func connect(_ context: TLSContext, _ host: String) throws(TLSError) -> TLSSession {
        try TLSSession(client: context, host: host, output: &sealed)
    }

    func receive(_ ciphertext: RawSpan, _ stream: SealedStream) throws(TLSError) {
        do throws(TLSError) {
            try stream.session.receive(ciphertext, plaintext: &opened, output: &sealed)
        } catch {
            // What came before the fault is nobody's: the next call is another connection's.
            opened.clear(keeping: Self.keptBytes)
            throw error
        }
    }

    func send(_ plaintext: RawSpan, _ stream: SealedStream) throws(TLSError) {
        do throws(TLSError) {
            try stream.session.send(plaintext, output: &sealed)
        } catch {
            // Nor is what was sealed before it.
            sealed.clear(keeping: Self.keptBytes)
            throw error
        }
    }

    func close(_ stream: SealedStream) {
        stream.session.close(output: &sealed)
    }

    /// Lends what there is to be sent, if anything, and forgets it.
    func lendSealed<Failure: Error>(_ body: (RawSpan) throws(Failure) -> Void) throws(Failure) {
        if sealed.isEmpty { return }
        defer { sealed.clear(keeping: Self.keptBytes) }
        try body(sealed.bytes)
    }

    /// Lends what was read, if anything, and forgets it. Meanwhile others may send, and not receive.
    func lendOpened(_ body: (RawSpan) -> Void) {
        if opened.isEmpty { return }
        body(opened.bytes)
        opened.clear(keeping: Self.keptBytes)
    }
}
