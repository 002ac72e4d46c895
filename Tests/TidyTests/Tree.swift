import Foundation

/// The files of the package, read once.
struct Tree: Sendable {
    static let current = Tree(
        root: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent())

    let files: [SourceFile]
    /// Files of any kind, and folders.
    let paths: [String]
    let manifest: Manifest

    var swift: [SourceFile] { files.filter(\.isSwift) }

    private init(root: URL) {
        paths = Self.paths(below: root).sorted()
        files = paths.compactMap { path in
            // What is no text is a folder or a picture.
            let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
            return text.map { SourceFile(path: path, text: $0) }
        }
        manifest = Manifest(files.first { $0.path == "Package.swift" }?.lines ?? [])
    }

    /// Without what is built (`.build`, `.local`), and without the inputs of the fuzzers, which are no text of ours.
    private static func paths(below root: URL) -> [String] {
        let manager = FileManager.default
        let top = (try? manager.contentsOfDirectory(atPath: root.path)) ?? []
        return top.filter { !$0.hasPrefix(".") || $0 == ".ci" }.flatMap { name in
            let below = manager.enumerator(atPath: root.appending(path: name).path)?.compactMap { $0 as? String } ?? []
            return [name] + below.map { "\(name)/\($0)" }.filter { !$0.hasPrefix("Tests/Fuzz/corpus/") }
        }
    }
}
