import Primitives
import Protobuf

/// A message with a field of each kind, written by hand the way proto-gen writes them.
struct Sample: ProtoMessage {
    enum Color: UInt32 {
        case red = 1
        case blue = 2
    }

    var id: UInt32 = 0
    var name = ""
    var color = Color.red
    var stamp: UInt64?
    var numbers: [UInt32] = []
    var inner: Inner?
    var inners: [Inner] = []

    struct Inner: ProtoMessage {
        var first: UInt32 = 0
        var second: UInt32 = 0
        var color = Color.red
    }
}

extension Sample {
    init(reading reader: inout ProtoReader) throws(ProtoError) {
        var color: Color?
        var inner = SingularMessage()
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: id = try reader.uint32()
            case 0x12: name = try reader.string()
            case 0x18: color = try reader.enumeration() ?? color
            case 0x20: stamp = try reader.varint()
            case 0x28: numbers.append(try reader.uint32())
            case 0x2A: try reader.packed(into: &numbers)
            case 0x32: try reader.collect(&inner)
            case 0x3A: inners.append(try reader.message())
            default: try reader.skip(tag)
            }
        }
        guard let color else { throw .missing(field: 3) }
        self.color = color
        self.inner = try reader.merged(inner)
    }

    var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: id)
        count += ProtoSize.field(2, string: name)
        count += ProtoSize.field(3, varint: color.rawValue)
        if let stamp { count += ProtoSize.field(4, varint: stamp) }
        for number in numbers { count += ProtoSize.field(5, varint: number) }
        if let inner { count += ProtoSize.field(6, message: inner) }
        for inner in inners { count += ProtoSize.field(7, message: inner) }
        return count
    }

    func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: id)
        writer.append(field: 2, string: name)
        writer.append(field: 3, varint: color.rawValue)
        if let stamp { writer.append(field: 4, varint: stamp) }
        for number in numbers { writer.append(field: 5, varint: number) }
        if let inner { writer.append(field: 6, message: inner) }
        for inner in inners { writer.append(field: 7, message: inner) }
    }
}

extension Sample.Inner {
    init(reading reader: inout ProtoReader) throws(ProtoError) {
        var color: Sample.Color?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: first = try reader.uint32()
            case 0x10: second = try reader.uint32()
            case 0x18: color = try reader.enumeration() ?? color
            default: try reader.skip(tag)
            }
        }
        guard let color else { throw .missing(field: 3) }
        self.color = color
    }

    var byteCount: Int {
        ProtoSize.field(1, varint: first) + ProtoSize.field(2, varint: second)
            + ProtoSize.field(3, varint: color.rawValue)
    }

    func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: first)
        writer.append(field: 2, varint: second)
        writer.append(field: 3, varint: color.rawValue)
    }
}

/// A required message and nothing else: the depth of a chain of these is unbounded, as no type of ours is.
struct Chain: ProtoMessage {
    var next: [Chain] = []

    init(depth: Int) {
        next = depth == 0 ? [] : [Chain(depth: depth - 1)]
    }

    init(reading reader: inout ProtoReader) throws(ProtoError) {
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: next.append(try reader.message())
            default: try reader.skip(tag)
            }
        }
    }

    var byteCount: Int { next.reduce(0) { $0 + ProtoSize.field(1, message: $1) } }

    func write(into writer: inout ByteWriter) {
        for link in next { writer.append(field: 1, message: link) }
    }
}

extension ProtoMessage {
    var encoded: [UInt8] {
        var writer = ByteWriter()
        write(into: &writer)
        return writer.bytes.copied()
    }

    init(_ bytes: [UInt8]) throws(ProtoError) {
        try self.init(reading: bytes.rawBytes)
    }
}
