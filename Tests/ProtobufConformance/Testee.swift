import Foundation
import Primitives
import Protobuf

/// The program under test of the protobuf conformance runner (protobuf 3.21, its folder `conformance`): requests on
/// standard input and responses on standard output, each behind its length in four little-endian bytes.
///
/// It answers for the binary form of `TestAllTypesProto2` and skips JSON, the text form and proto3, which nothing here
/// speaks. `deploy/conformance` fetches the runner and runs it; `failures.txt` says where we differ on purpose.
@main struct Testee {
    static func main() throws {
        while let length = try read(4) {
            let byteCount = length.reversed().reduce(0) { $0 << 8 | Int($1) }
            guard let request = try read(byteCount) else { return }
            var response = ByteWriter()
            answer(request, into: &response)
            var framed = ByteWriter()
            framed.append(bigEndian: UInt32(response.count).byteSwapped)
            framed.append(response.bytes)
            try FileHandle.standardOutput.write(contentsOf: Data(framed.bytes.copied()))
        }
    }

    /// `nil` at the end of the input.
    private static func read(_ byteCount: Int) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < byteCount {
            guard let more = try FileHandle.standardInput.read(upToCount: byteCount - bytes.count) else { return nil }
            bytes += more
        }
        return bytes
    }

    private static func answer(_ bytes: [UInt8], into response: inout ByteWriter) {
        do throws(ProtoError) {
            let request = try Request(reading: bytes.rawBytes)
            guard let payload = request.payload, request.wantsBinary else {
                response.append(field: 5, string: "binary only")
                return
            }
            switch request.messageType {
            case "protobuf_test_messages.proto2.TestAllTypesProto2":
                response.append(field: 3, bytes: try Record<TestAllTypes>(reading: payload.rawBytes).encoded)
            case "conformance.FailureSet":
                // The runner asks for our failure list first; it is given on its command line instead.
                response.append(field: 3, bytes: [])
            default:
                response.append(field: 5, string: "proto2 only")
            }
        } catch {
            response.append(field: 1, string: "\(error)")
        }
    }
}

/// The parts of `conformance.ConformanceRequest` that matter to a binary testee.
private struct Request {
    private(set) var payload: [UInt8]?
    private(set) var messageType = ""
    private var format: UInt32 = 0

    var wantsBinary: Bool { format == 1 }

    init(reading bytes: RawSpan) throws(ProtoError) {
        var reader = ProtoReader(bytes)
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: payload = try reader.byteArray()
            case 0x18: format = try reader.uint32()
            case 0x22: messageType = try reader.string()
            default: try reader.skip(tag)
            }
        }
    }
}
