import COpenSSL
import Primitives

/// Where OpenSSL reads and writes while a session is called: a span of what arrived, and a writer for what is to be
/// sent. Between calls it holds nothing, so an idle session owns no buffer (OpenSSL's own memory BIO keeps its largest
/// one for ever).
@safe struct TLSPipe {
    private var input: UnsafeRawBufferPointer
    private var output: UnsafeMutablePointer<ByteWriter>?

    init() {
        unsafe input = UnsafeRawBufferPointer(start: nil, count: 0)
        unsafe output = nil
    }

    /// Lends both to OpenSSL for one call.
    @unsafe mutating func lend(_ bytes: UnsafeRawBufferPointer, _ writer: UnsafeMutablePointer<ByteWriter>) {
        unsafe input = bytes
        unsafe output = writer
    }

    mutating func takeBack() {
        self = TLSPipe()
    }

    /// What OpenSSL reads and writes with: made once, for all sessions, and only read from then on.
    nonisolated(unsafe) static let method: OpaquePointer? = {
        let type = BIO_get_new_index() | gv_bio_source_sink()
        guard let made = unsafe BIO_meth_new(type, "grapevine") else { return nil }
        unsafe BIO_meth_set_read(made) { bio, target, count in
            unsafe gv_bio_clear_retry(bio)
            guard let pipe = unsafe TLSPipe.of(bio), let target = unsafe target, count > 0 else { return -1 }
            let taken = unsafe pipe.pointee.read(UnsafeMutableRawPointer(target), Int(count))
            // Nothing more for now is not the end: the rest comes with the next call.
            if taken == 0 { unsafe gv_bio_retry_read(bio) }
            return taken == 0 ? -1 : CInt(taken)
        }
        unsafe BIO_meth_set_write(made) { bio, source, count in
            unsafe gv_bio_clear_retry(bio)
            guard let pipe = unsafe TLSPipe.of(bio), let source = unsafe source, count > 0 else { return -1 }
            return unsafe pipe.pointee.write(UnsafeRawBufferPointer(start: source, count: Int(count))) ? count : -1
        }
        unsafe BIO_meth_set_ctrl(made) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        unsafe BIO_meth_set_create(made) { bio in
            unsafe BIO_set_init(bio, 1)
            return 1
        }
        return unsafe made
    }()

    private static func of(_ bio: OpaquePointer?) -> UnsafeMutablePointer<TLSPipe>? {
        unsafe BIO_get_data(bio)?.assumingMemoryBound(to: TLSPipe.self)
    }

    private mutating func read(_ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
        let taken = unsafe min(count, input.count)
        guard taken > 0, let start = unsafe input.baseAddress else { return 0 }
        unsafe target.copyMemory(from: start, byteCount: taken)
        unsafe input = UnsafeRawBufferPointer(rebasing: input[taken...])
        return taken
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let output = unsafe output else { return false }
        unsafe output.pointee.append(bytes.bytes)
        return true
    }
}
