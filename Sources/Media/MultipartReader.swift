public import Primitives

/// Takes the body of a form apart (RFC 7578; RFC 2046, section 5.1) as it arrives, however it is cut: heads of parts,
/// and their bytes. It holds back what may be the beginning of a delimiter, and the head of one part; nothing else,
/// whatever the size. A core.
public struct MultipartReader: Sendable {
    public enum Event: Equatable, Sendable {
        case head(MultipartHead)
        /// All bytes of the part that began last were given.
        case partEnd
        /// The delimiter that closes the body was read; what follows means nothing.
        case end
    }

    /// Why a body is no form.
    public enum Failure: Error, Equatable {
        /// It has no delimiter.
        case noDelimiter
        /// The head of a part is too long, or the body ended in it.
        case noHeadEnd
        /// The body ended, and no delimiter closed it.
        case notClosed
        case tooManyParts
    }

    /// Bounds on what a form may cost beside its bytes.
    public enum Limit {
        public static let parts = 16
        public static let headBytes = 4 << 10
        /// RFC 2046, section 5.1.1.
        public static let boundaryBytes = 70
        /// Blanks between a delimiter and the end of its line.
        static let padding = 64
    }

    private enum Phase {
        /// In front of the first part, or in one.
        case bytes
        /// Behind a delimiter: what follows says whether it is one, and which.
        case suffix
        case head
        /// The last part has ended; the body is about to.
        case closing
        case epilogue
    }

    /// CRLF, two hyphens and the boundary.
    private let delimiter: [UInt8]
    private var phase = Phase.bytes
    private var isInPart = false
    private var partCount = 0
    /// Bytes of the delimiter that were just read. The line end in front of the first one may be missing.
    private var matched = 2
    /// In phase `suffix`.
    private var suffix: [UInt8] = []
    /// In phase `head`.
    private var head: [UInt8] = []

    /// - Parameter contentType: of the request. `nil`: it names no form, or no boundary.
    public init?(contentType: String) {
        let type = FieldValue(contentType.utf8)
        guard type.kind.elementsEqual("multipart/form-data".utf8), let boundary = type["boundary"],
            (1...Limit.boundaryBytes).contains(boundary.count), boundary.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
        else { return nil }
        delimiter = Array("\r\n--".utf8) + boundary
    }

    /// Reads `input` from `offset` up to the next event; bytes of the part that began last are appended to `content`.
    /// Call again until there is no event: then the input is used up. After it threw it must not be used again.
    public mutating func read(
        _ input: RawSpan, from offset: inout Int, into content: inout ByteWriter
    ) throws(Failure) -> Event? {
        while true {
            switch phase {
            case .bytes:
                guard passBytes(input, from: &offset, into: &content) else { return nil }
                phase = .suffix
            case .suffix:
                guard try passSuffix(input, from: &offset, into: &content) else { return nil }
                if phase != .bytes, isInPart {
                    isInPart = false
                    return .partEnd
                }
            case .head:
                guard try passHead(input, from: &offset) else { return nil }
                defer { head = [] }
                phase = .bytes
                isInPart = true
                return .head(MultipartHead(head.dropLast(2)))
            case .closing:
                phase = .epilogue
                return .end
            case .epilogue:
                offset = input.byteCount
                return nil
            }
        }
    }

    /// The body has ended.
    public func finish() throws(Failure) {
        switch phase {
        case .bytes, .suffix: throw partCount == 0 ? .noDelimiter : .notClosed
        case .head: throw .noHeadEnd
        case .closing, .epilogue: return
        }
    }

    // MARK: Private parts

    /// True behind a delimiter. Only its first byte is a carriage return: what was matched in vain holds no beginning
    /// of another match.
    private mutating func passBytes(
        _ input: RawSpan, from offset: inout Int, into content: inout ByteWriter
    ) -> Bool {
        while offset < input.byteCount {
            if matched == 0 {
                let end = input.offset(of: delimiter[0], from: offset) ?? input.byteCount
                if isInPart, let run = input.slice(offset..<end) { content.append(run) }
                offset = end
                if offset == input.byteCount { return false }
            }
            if input.byte(at: offset) == delimiter[matched] {
                matched += 1
                offset += 1
                if matched == delimiter.count { return true }
            } else {
                giveBack(delimiter[..<matched], into: &content)
                matched = 0
            }
        }
        return false
    }

    /// True when it is known what stands behind a delimiter. With anything but blanks behind it, it was none.
    private mutating func passSuffix(
        _ input: RawSpan, from offset: inout Int, into content: inout ByteWriter
    ) throws(Failure) -> Bool {
        while let byte = input.byte(at: offset) {
            switch (suffix.last, byte) {
            case (UInt8(ascii: "-"), UInt8(ascii: "-")):
                offset += 1
                phase = .closing
                return true
            case (UInt8(ascii: "\r"), UInt8(ascii: "\n")):
                offset += 1
                guard partCount < Limit.parts else { throw .tooManyParts }
                partCount += 1
                suffix = []
                matched = 0
                phase = .head
                return true
            case (nil, UInt8(ascii: "-")), (nil, UInt8(ascii: "\r")), (UInt8(ascii: " "), UInt8(ascii: "\r")),
                (UInt8(ascii: "\t"), UInt8(ascii: "\r")):
                suffix.append(byte)
            case (let last, UInt8(ascii: " ")), (let last, UInt8(ascii: "\t")):
                guard last.map(\.isBlank) ?? true, suffix.count < Limit.padding else {
                    return refuteDelimiter(into: &content)
                }
                suffix.append(byte)
            default:
                return refuteDelimiter(into: &content)
            }
            offset += 1
        }
        return false
    }

    /// What looked like a delimiter belongs to the part; a carriage return at its end may begin another one.
    private mutating func refuteDelimiter(into content: inout ByteWriter) -> Bool {
        let mayBegin = suffix.last == UInt8(ascii: "\r")
        giveBack(delimiter[...], into: &content)
        giveBack(suffix.dropLast(mayBegin ? 1 : 0), into: &content)
        matched = mayBegin ? 1 : 0
        suffix = []
        phase = .bytes
        return true
    }

    private func giveBack(_ bytes: ArraySlice<UInt8>, into content: inout ByteWriter) {
        if isInPart { content.append(Array(bytes)) }
    }

    /// True when the head is complete, its empty line included.
    private mutating func passHead(_ input: RawSpan, from offset: inout Int) throws(Failure) -> Bool {
        while let byte = input.byte(at: offset) {
            offset += 1
            guard head.count < Limit.headBytes else { throw .noHeadEnd }
            head.append(byte)
            guard byte == UInt8(ascii: "\n") else { continue }
            if head.count == 2 ? head[0] == UInt8(ascii: "\r") : head.hasSuffix("\r\n\r\n") { return true }
        }
        return false
    }
}

extension [UInt8] {
    fileprivate func hasSuffix(_ text: StaticString) -> Bool {
        suffix(text.utf8CodeUnitCount).elementsEqual(text.description.utf8)
    }
}
