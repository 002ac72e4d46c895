/// The fields of a request in the order of their arrival. Names are compared without regard to case.
public struct HTTPHeaders: Equatable, Sendable {
    private struct Field: Equatable {
        let name: Range<Int>
        let value: Range<Int>
    }

    /// All names, in lower case, and values, one after the other: two allocations for any number of fields.
    private var storage: [UInt8] = []
    private var fields: [Field] = []

    public var count: Int { fields.count }

    /// The first value of that name, blanks at its ends removed. What is not UTF-8 is replaced.
    public subscript(name: String) -> String? {
        firstBytes(of: name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// All values of that name, in the order of their arrival.
    public func values(of name: String) -> [String] {
        allBytes(of: name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether `token` is an element of the list that all fields of that name form (RFC 9110, section 5.6.1).
    public func list(_ name: String, contains token: String) -> Bool {
        allBytes(of: name).contains { value in
            value.split(separator: UInt8(ascii: ",")).contains { $0.withoutBlanks.equalsIgnoringCase(token.utf8) }
        }
    }

    func allBytes(of name: String) -> [ArraySlice<UInt8>] {
        fields.filter { storage[$0.name].equalsIgnoringCase(name.utf8) }.map { storage[$0.value] }
    }

    private func firstBytes(of name: String) -> ArraySlice<UInt8>? {
        fields.first { storage[$0.name].equalsIgnoringCase(name.utf8) }.map { storage[$0.value] }
    }

    /// Takes `name ":" OWS value OWS` (RFC 9112, section 5). The line has no control characters any more.
    mutating func append(line: [UInt8]) throws(HTTPRefusal) {
        guard let first = line.first, !first.isBlank else { throw .foldedField }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0, line[..<colon].allSatisfy(\.isToken)
        else { throw .badField }
        let nameStart = storage.count
        storage.append(contentsOf: line[..<colon].lazy.map(\.lowercased))
        let valueStart = storage.count
        storage.append(contentsOf: line[colon...].dropFirst().withoutBlanks)
        fields.append(Field(name: nameStart..<valueStart, value: valueStart..<storage.count))
    }
}
