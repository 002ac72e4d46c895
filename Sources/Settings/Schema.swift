/// The table of all settings of a program: parsing, help and errors follow from it alone.
public struct Schema: Sendable {
    let settings: [any AnySetting]
    /// What each spelling means: the setting's index, and whether the value is the path of a file that holds it.
    struct Target: Equatable {
        let index: Int
        let isFile: Bool
    }
    let fileNames: [String: Target]
    let variables: [String: Target]
    let flags: [String: Target]

    /// Settings in the order in which they are explained. Their names must differ in every spelling.
    public init(_ settings: [any AnySetting]) {
        self.settings = settings
        var targets: [(String, Target)] = []
        for (index, setting) in settings.enumerated() {
            precondition(SettingName.isValid(setting.name), "'\(setting.name)' cannot be the name of a setting")
            if let text = setting.defaultText, case .refused(let reason) = setting.read(text) {
                preconditionFailure("the default of '\(setting.name)' is refused: \(reason)")
            }
            targets.append((setting.name, Target(index: index, isFile: false)))
            guard setting.isSecret else { continue }
            targets.append((Self.fileForm(of: setting.name), Target(index: index, isFile: true)))
        }
        func table(_ spelling: (String) -> String) -> [String: Target] {
            Dictionary(targets.map { (spelling($0.0), $0.1) }) { first, second in
                preconditionFailure("'\(settings[first.index].name)' and '\(settings[second.index].name)' collide")
            }
        }
        fileNames = table { $0 }
        variables = table(SettingName.environment)
        flags = table(SettingName.flag)
    }

    static func fileForm(of name: String) -> String { name + "_file" }

    /// The text for `--help`: one paragraph per setting.
    public var help: String {
        settings.map { setting in
            var lines = ["  \(SettingName.flag(setting.name)) \(setting.form.placeholder)", "      \(setting.help)"]
            switch setting.defaultText {
            case nil: lines.append("      Must be given.")
            case .some(let text) where !text.isEmpty && !setting.isSecret: lines.append("      Default: \(text)")
            case .some: break
            }
            lines.append("      File: \(setting.name)   Environment: \(SettingName.environment(setting.name))")
            if setting.reloads { lines.append("      SIGHUP is enough after a change.") }
            if setting.isSecret {
                lines.append("      Or from a file: \(SettingName.flag(Self.fileForm(of: setting.name))) PATH")
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }
}
