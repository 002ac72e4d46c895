/// What was found wrong: a count for each check, and the first examples of it for whoever has to look into it.
public struct Findings: Sendable {
    public struct Example: Equatable, Sendable {
        public let check: Check
        public let text: String
    }

    private static let maxExamplesPerCheck = 3

    private var counts = [Int](repeating: 0, count: Check.allCases.count)
    public private(set) var examples: [Example] = []

    public init() {}

    public subscript(check: Check) -> Int { counts[check.rawValue] }

    public var total: Int { counts.reduce(0, +) }

    mutating func add(_ check: Check, _ text: @autoclosure () -> String) {
        counts[check.rawValue] += 1
        if counts[check.rawValue] <= Self.maxExamplesPerCheck {
            examples.append(Example(check: check, text: text()))
        }
    }

    mutating func merge(_ other: Findings) {
        for check in Check.allCases { counts[check.rawValue] += other.counts[check.rawValue] }
        for example in other.examples
        where examples.count(where: { $0.check == example.check }) < Self.maxExamplesPerCheck {
            examples.append(example)
        }
    }
}
