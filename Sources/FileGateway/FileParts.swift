/// The parts in which a file comes over HTTP: all of them have the same size but the last one, each may come at any
/// time, to any node, and which of them are there is all that anybody has to know. A core.
public struct FileParts: Sendable {
    /// Bytes of each but the last one: what a break costs at most.
    public static let byteCount = 4 << 20

    let fileSize: Int
    /// Where those begin that are there.
    private var starts: Set<Int> = []

    init(fileSize: Int, starts: some Sequence<Int> = []) {
        self.fileSize = fileSize
        self.starts = Set(starts.filter { Self.range(at: $0, of: fileSize) != nil })
    }

    /// The bytes of the part that begins there; `nil`: none does.
    static func range(at start: Int, of fileSize: Int) -> Range<Int>? {
        guard start >= 0, start < fileSize, start.isMultiple(of: byteCount) else { return nil }
        return start..<min(start + byteCount, fileSize)
    }

    func has(_ start: Int) -> Bool { starts.contains(start) }

    mutating func add(_ start: Int) {
        if Self.range(at: start, of: fileSize) != nil { starts.insert(start) }
    }

    /// Bytes that are there without a hole, from the first on: where its sender goes on.
    var received: Int {
        var end = 0
        while starts.contains(end) { end = min(end + Self.byteCount, fileSize) }
        return end
    }

    var isWhole: Bool { received == fileSize }
}
