import Foundation

/// `swift run proto-gen` writes `Sources/TalkProtocol/Generated`, and `messages.js` of the chat page, from `proto/`,
/// all below the current folder.
/// With `--check` it writes nothing and fails if it would have to.
///
/// Exit codes: 0 done, 1 stale or wrong input, 2 wrong arguments.
@main struct ProtoGen {
    private static let sources = URL(filePath: "proto", directoryHint: .isDirectory)
    private static let products = URL(filePath: "Sources/TalkProtocol/Generated", directoryHint: .isDirectory)
    private static let script = URL(filePath: "Sources/CFace/chat/messages.js")

    static func main() {
        do {
            switch CommandLine.arguments.dropFirst() {
            case []: try write()
            case ["--check"]: try check()
            default:
                complain("usage: proto-gen [--check]")
                exit(2)
            }
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    private static func write() throws {
        let protos = try read(sources, suffix: ".proto")
        let generated = try Generator.generate(protos)
        try Data(try Generator.generateScript(protos).text.utf8).write(to: script)
        try FileManager.default.createDirectory(at: products, withIntermediateDirectories: true)
        for file in try read(products, suffix: ".swift") where !generated.contains(where: { $0.name == file.name }) {
            try FileManager.default.removeItem(at: products.appending(path: file.name))
        }
        for file in generated {
            try Data(file.text.utf8).write(to: products.appending(path: file.name))
        }
    }

    private static func check() throws {
        let protos = try read(sources, suffix: ".proto")
        let stale = try read(products, suffix: ".swift") != (try Generator.generate(protos))
            || String(contentsOf: script, encoding: .utf8) != (try Generator.generateScript(protos).text)
        if stale {
            complain("\(products.relativePath) or \(script.relativePath) is not as \(sources.relativePath) says: "
                + "swift run proto-gen")
            exit(1)
        }
    }

    /// The files of a folder, sorted by name so that the order never depends on the disk.
    private static func read(_ folder: URL, suffix: String) throws -> [Generator.File] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(suffix) }
            .sorted()
            .map { .init(name: $0, text: try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
    }

    private static func complain(_ message: String) {
        FileHandle.standardError.write(Data((message + "\n").utf8))
    }
}
