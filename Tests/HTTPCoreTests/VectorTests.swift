import HTTPCore
import Primitives
import Testing

@Suite struct VectorTests {
    private func record(_ input: [UInt8], cuts: [Int]) -> Dialogue.Record {
        let dialogue = Dialogue()
        dialogue.send(input, cuts: cuts)
        return dialogue.record
    }

    @Test(arguments: Vector.all)
    func theAnswerIsExact(vector: Vector) {
        let record = record(vector.input, cuts: [])
        #expect(record.statuses == vector.statuses)
        #expect(record.hasFinished == vector.closes)
        if let refusal = vector.refusal {
            #expect(record.refusal == refusal)
            #expect(record.requests.isEmpty)
            let text = "HTTP/1.1 \(refusal.status.rawValue) \(refusal.status.reason)\r\n"
            #expect(record.output == text + "Connection: close\r\nContent-Length: 0\r\n\r\n")
        }
    }

    @Test(arguments: Vector.all)
    func packetsMakeNoDifference(vector: Vector) {
        let whole = record(vector.input, cuts: [])
        #expect(record(vector.input, cuts: Array(vector.input.indices.dropFirst())) == whole)
        // Long inputs repeat themselves in the middle.
        let points = vector.input.indices.filter { $0 < 120 || $0 > vector.input.count - 120 }
        for point in points where record(vector.input, cuts: [point]) != whole {
            Issue.record("cut before byte \(point)")
        }
    }

    /// Random damage to good and bad requests: no trap, no difference between cuts, and never an answer to anything
    /// behind a refusal.
    @Test(arguments: [UInt64(1), 2, 3, UInt64.random(in: 1_000...(.max))])
    func damagedInputIsSafe(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for round in 0..<500 {
            var input = mutated(Vector.all.randomElement(using: &random)?.input ?? [], using: &random)
            if Bool.random(using: &random) { input += Vector.all.randomElement(using: &random)?.input ?? [] }
            let whole = record(input, cuts: [])
            let cutCount = Int.random(in: 1...8, using: &random)
            let cuts = (0..<cutCount).map { _ in Int.random(in: 0...input.count, using: &random) }.sorted()
            #expect(record(input, cuts: cuts) == whole, "seed \(seed), round \(round)")
            let refusals = whole.statuses.filter { $0 >= 400 }
            #expect(refusals.isEmpty || (refusals.count == 1 && whole.statuses.last == refusals[0]))
        }
    }

    private func mutated(_ input: [UInt8], using random: inout SeededRandom) -> [UInt8] {
        var input = input
        for _ in 0..<Int.random(in: 0...4, using: &random) where !input.isEmpty {
            let index = Int.random(in: 0..<input.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: input[index] = UInt8.random(in: 0...255, using: &random)
            case 1: input.remove(at: index)
            case 2: input.insert(Array(" \t\r\n:,;0%\0".utf8).randomElement(using: &random) ?? 0, at: index)
            case 3: input.insert(contentsOf: input[index...].prefix(20), at: index)
            default: input.removeLast(min(input.count, Int.random(in: 0...20, using: &random)))
            }
        }
        return input
    }
}
