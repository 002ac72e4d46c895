// A libFuzzer entry: whatever arrives, and however it is cut, a TLS session does not trap and comes to the same end;
// and what a session reads is what the other one wrote, whatever happened to the bytes between them.

import Glibc
import Primitives
import TLS

/// A certificate for this run.
private let identity: TLSContext.Identity = {
    var template = Array("/tmp/grapevine-fuzz-XXXXXX".utf8CString)
    guard let made = unsafe mkdtemp(&template) else { preconditionFailure("no folder for a certificate") }
    let folder = unsafe String(cString: made)
    let command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=fuzz "
        + "-keyout \(folder)/key -out \(folder)/certificate 2>/dev/null"
    precondition(unsafe system(command) == 0, "openssl makes no certificate")
    return TLSContext.Identity(certificate: "\(folder)/certificate", key: "\(folder)/key")
}()

private let serving = context { () throws(TLSError) -> TLSContext in try TLSContext(server: identity) }
private let asking = context { () throws(TLSError) -> TLSContext in
    try TLSContext(clientExpecting: identity.certificate)
}

private func context(_ make: () throws(TLSError) -> TLSContext) -> TLSContext {
    do throws(TLSError) { return try make() } catch { preconditionFailure("\(error)") }
}

/// What a session made of bytes that nobody meant for it.
private struct Verdict: Equatable {
    var hasFailed = false
    var hasEnded = false
    var isEstablished = false
    var plaintext = 0
}

private func listen(to input: [UInt8], nextSize: () -> Int) throws(TLSError) -> Verdict {
    var session = try TLSSession(server: serving)
    var plaintext = ByteWriter()
    var output = ByteWriter()
    var verdict = Verdict()
    var rest = input[...]
    while !rest.isEmpty, !verdict.hasFailed {
        let part = Array(rest.prefix(nextSize()))
        rest = rest.dropFirst(part.count)
        do throws(TLSError) {
            try session.receive(part.rawBytes, plaintext: &plaintext, output: &output)
        } catch {
            verdict.hasFailed = true
        }
    }
    verdict.hasEnded = session.inputEnded
    verdict.isEstablished = session.isEstablished
    verdict.plaintext = plaintext.count
    return verdict
}

/// The way between two sessions: in parts, some of whose bytes change, as the input says.
private struct Way {
    var orders: ArraySlice<UInt8>
    var isHonest = true

    mutating func part(of bytes: inout ArraySlice<UInt8>) -> [UInt8] {
        let order = orders.popFirst() ?? 255
        guard order >= 240 || order == 0 else {
            defer { bytes = bytes.dropFirst(Int(order)) }
            return Array(bytes.prefix(Int(order)))
        }
        var part = Array(bytes)
        bytes = []
        if order != 255, let place = orders.popFirst(), let change = orders.popFirst(), change != 0 {
            isHonest = false
            part[Int(place) % part.count] ^= change
        }
        return part
    }
}

private func talk(_ orders: ArraySlice<UInt8>) throws(TLSError) {
    let words = [UInt8]("what one side says".utf8)
    var way = Way(orders: orders)
    var (toServer, toClient) = ([UInt8]()[...], [UInt8]()[...])
    var (heard, answer) = ([UInt8](), [UInt8]())
    var scratch = ByteWriter()
    var plaintext = ByteWriter()
    var client = try TLSSession(client: asking, host: "fuzz", output: &scratch)
    var server = try TLSSession(server: serving)
    toServer += scratch.bytes.copied()
    var (hasAsked, hasAnswered) = (false, false)
    do throws(TLSError) {
        while !toServer.isEmpty || !toClient.isEmpty {
            scratch.clear()
            plaintext.clear()
            if !toServer.isEmpty {
                try server.receive(way.part(of: &toServer).rawBytes, plaintext: &plaintext, output: &scratch)
                heard += plaintext.bytes.copied()
                if server.isEstablished, !hasAnswered {
                    hasAnswered = true
                    try server.send(words.rawBytes, output: &scratch)
                }
                toClient += scratch.bytes.copied()
            } else {
                try client.receive(way.part(of: &toClient).rawBytes, plaintext: &plaintext, output: &scratch)
                answer += plaintext.bytes.copied()
                if client.isEstablished, !hasAsked {
                    hasAsked = true
                    try client.send(words.rawBytes, output: &scratch)
                }
                toServer += scratch.bytes.copied()
            }
        }
        precondition(!way.isHonest || heard == words && answer == words, "an honest way ends with \(heard), \(answer)")
    } catch {
        precondition(!way.isHonest, "an honest way ends with \(error)")
    }
    precondition(words.starts(with: heard) && words.starts(with: answer), "\(heard) and \(answer) were never said")
}

/// The first byte chooses: a talk of two sessions, or the seed of the cuts of what the rest is to one of them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTLS(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let seed = bytes.first else { return 0 }
    do throws(TLSError) {
        if seed < 0x80 {
            try talk(bytes.dropFirst())
        } else {
            let input = Array(bytes.dropFirst())
            var random = SeededRandom(seed: UInt64(seed))
            let largest = 1 << Int.random(in: 0...6, using: &random)
            let whole = try listen(to: input) { input.count }
            let cut = try listen(to: input) { Int.random(in: 1...largest, using: &random) }
            precondition(whole == cut, "cut into parts of up to \(largest) bytes: \(cut), not \(whole)")
        }
    } catch {
        preconditionFailure("\(error)")
    }
    return 0
}
