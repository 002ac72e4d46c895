import Program
import TalkProtocol

/// Which groups are called what, as far as the server has told. Names are not unique; `g5` is group 5.
struct GroupList {
    private var names: [GroupID: String] = [:]

    mutating func told(_ list: [GroupInfo]) {
        for info in list { names[GroupID(info.groupID)] = info.groupName }
    }

    func knows(_ group: GroupID) -> Bool { names[group] != nil }

    /// For people.
    func name(of group: GroupID) -> String {
        names[group].map(\.onTerminal) ?? "group \(group.rawValue)"
    }

    /// As it is written, or else whatever the case of its letters.
    func groups(called name: String) -> [GroupID] {
        if name.hasPrefix("g"), let number = UInt32(name.dropFirst()), knows(GroupID(number)) {
            return [GroupID(number)]
        }
        let exact = names.filter { $0.value == name }.keys
        let found = exact.isEmpty ? names.filter { $0.value.lowercased() == name.lowercased() }.keys : exact
        return found.sorted()
    }

    /// Each with the number by which it can always be called.
    var titles: [String] {
        names.keys.sorted().map { "\(name(of: $0)) (g\($0.rawValue))" }
    }
}
