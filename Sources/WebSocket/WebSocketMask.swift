public import Primitives

/// The mask of clients (RFC 6455, section 5.3): it keeps what a page sends from looking like a request to a proxy.
public enum WebSocketMask {
    /// Appends `payload` with the mask over it: masked if it was not, and otherwise what was meant.
    public static func apply(_ mask: UInt32, to payload: RawSpan, into writer: inout ByteWriter) {
        let length = payload.byteCount
        unsafe writer.append(length) { target in
            let wide = (UInt64(mask) << 32 | UInt64(mask)).bigEndian
            var offset = 0
            while offset <= length - 8 {
                let word = unsafe payload.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
                unsafe target.storeBytes(of: word ^ wide, toByteOffset: offset, as: UInt64.self)
                offset += 8
            }
            while offset < length {
                let key = UInt8(truncatingIfNeeded: mask >> UInt32(24 - 8 * (offset % 4)))
                unsafe target[offset] = unsafe payload.unsafeLoad(fromByteOffset: offset, as: UInt8.self) ^ key
                offset += 1
            }
        }
    }
}
