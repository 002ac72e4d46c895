import Primitives

/// What an operator told another node about the clients of this one: u32 per second; 0: it takes clients again.
struct RemoteDrain {
    let order: DrainOrder?

    init(_ order: DrainOrder?) {
        self.order = order
    }

    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let rate: UInt32 = reader.read() else { return nil }
        order = rate == 0 ? nil : DrainOrder(rate: Int(rate))
    }

    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: UInt32(clamping: order?.rate ?? 0))
    }
}
