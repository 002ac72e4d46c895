/// Rules on words that must not stand in code.
enum WordRules {
    struct Ban: Sendable {
        let word: Substring
        /// The character that must follow for the ban to hold.
        let after: Character?
        let advice: String

        init(_ word: Substring, after: Character? = nil, _ advice: String) {
            self.word = word
            self.after = after
            self.advice = advice
        }

        func hits(_ found: SourceFile.Word) -> Bool {
            found.text == word && (after == nil || found.after == after)
        }
    }

    private static let everywhere = [
        Ban("try", after: "!", "bad input must not stop a node: catch the error, or throw it on"),
        Ban("as", after: "!", "bad input must not stop a node: use as? and handle nil"),
        Ban("fatalError", after: "(", "use precondition with a text that says what was found, or throw"),
    ]

    /// What makes a run of a core differ from its replay, or makes it wait.
    private static let inCores = [
        "ContinuousClock", "SuspendingClock", "Date", "clock_gettime", "gettimeofday",
    ].map { Ban($0, "a core has no clock: take the time as a parameter, `at now: Instant`") }
        + [
            "SystemRandomNumberGenerator", "randomElement", "shuffled", "arc4random", "getrandom", "randomBytes",
        ].map { Ban($0, "a core has no randomness: take a SeededRandom from the caller") }
        + ["random"].map { Ban($0, after: "(", "a core has no randomness: pass `using:` a SeededRandom") }
        + ["Task", "Dispatch", "DispatchQueue", "Thread", "Mutex", "Atomic"].map {
            Ban($0, "a core is a value on one thread: leave threads and locks to the shell")
        }
        + ["EventLoop", "LoopGroup", "DatagramSocket", "StreamService", "Database", "RedisCache", "Logger"].map {
            Ban($0, "a core has no socket, database or log: return an effect, and leave these to the shell")
        }
        + ["sleep", "usleep", "nanosleep"].map {
            Ban($0, after: "(", "a core does not wait: return an effect that asks for a timer")
        }

    static func forbidden(_ file: SourceFile) -> [Finding] { hits(everywhere, in: file) }

    /// - Parameter files: those that are checked; whether one is a core may be said in another.
    static func cores(_ files: [SourceFile]) -> [Finding] {
        coreFiles(of: files).flatMap { file in
            hits(inCores, in: file).filter { !file.lines[$0.line - 1].contains("using: &") }
        }
    }

    /// Modules that are protocol logic as a whole; and where a doc comment says "A core", the file with its extensions
    /// (`Name+….swift`).
    static func coreFiles(of files: [SourceFile]) -> [SourceFile] {
        let names = Set(files.filter(callsItselfCore).map(name))
        return files.filter { file in
            names.contains(name(of: file)) || coreModules.contains { file.path.hasPrefix("Sources/\($0)/") }
        }
    }

    private static let coreModules = [
        "Primitives", "Settings", "HTTPCore", "Protobuf", "TalkProtocol", "Membership", "TopicBus",
    ]

    private static func name(of file: SourceFile) -> Substring {
        file.path.prefix { $0 != "+" && $0 != "." }
    }

    private static func callsItselfCore(_ file: SourceFile) -> Bool {
        guard file.path.hasPrefix("Sources/") else { return false }
        let words = file.lines.filter { $0.hasPrefix("///") }.joined(separator: " ").split { " /".contains($0) }
        return zip(words, words.dropFirst()).contains { $0 == "A" && ["core.", "core:", "core,"].contains($1) }
    }

    private static func hits(_ bans: [Ban], in file: SourceFile) -> [Finding] {
        let bans = Dictionary(grouping: bans, by: \.word)
        return file.words.compactMap { word in
            bans[word.text]?.first { $0.hits(word) }.map { file.finding(word.line, $0.advice) }
        }
    }

    /// `unsafe` in the layers that talk to the kernel and to C, and in one file of each other module.
    static func unsafeCode(_ files: [SourceFile], of target: Manifest.Target) -> [Finding] {
        guard target.isSource, let layer = Layers.layer(of: target.name),
            !["base", "runtime", "data"].contains(layer)
        else { return [] }
        let uses = files.compactMap { file in file.words.first { $0.text == "unsafe" }.map { (file, $0.line) } }
        return uses.dropFirst().map { file, line in
            file.finding(line, "\(target.name) has unsafe code in \(uses[0].0.path) already: move this there")
        }
    }

    /// What changes users, groups and departments is judged and told in one place, whatever door an order comes by.
    static func directoryWrites(_ file: SourceFile) -> [Finding] {
        guard file.path.hasPrefix("Sources/"), !file.path.hasPrefix("Sources/Directory/"),
            !file.path.hasPrefix("Sources/DBProxy/")
        else { return [] }
        return zip(file.words, file.words.dropFirst()).compactMap { receiver, call in
            guard receiver.after == ".", ["database", "$0"].contains(receiver.text), directoryCalls.contains(call.text),
                call.after == "("
            else { return nil }
            return file.finding(call.line, "users, groups and departments are changed by Directory: call that")
        }
    }

    private static let directoryCalls: Set<Substring> = [
        "makeUser", "changeUser", "changeProfile", "setPassword", "setQuota", "disableUser", "enableUser",
        "createGroup", "changeGroup", "changeMembers", "dissolveGroup", "addDepartment", "renameDepartment",
        "deleteDepartment",
    ]

    /// Only programs speak to people.
    static func printing(_ file: SourceFile, of target: Manifest.Target) -> [Finding] {
        guard target.kind == .module else { return [] }
        return file.words.filter { $0.text == "print" && $0.after == "(" && $0.before != "." }.map {
            file.finding($0.line, "a module does not print: log it, or return it to the program")
        }
    }

    /// Modules speak through `public`: the optimiser works across modules for those only (bench/README.md).
    static func packageAccess(_ file: SourceFile) -> [Finding] {
        zip(file.words, file.words.dropFirst()).compactMap { word, next in
            guard word.text == "package", word.after == " ", word.line == next.line, declarations.contains(next.text)
            else { return nil }
            return file.finding(word.line, "say public: cross-module optimisation passes `package` by")
        }
    }

    private static let declarations: Set<Substring> = [
        "actor", "class", "convenience", "enum", "extension", "final", "func", "import", "indirect", "init", "lazy",
        "let", "mutating", "nonisolated", "override", "protocol", "required", "static", "struct", "subscript",
        "typealias", "unowned", "var", "weak",
    ]
}
