import Foundation
import Node
import Settings
import Testing

/// The tables of settings in both READMEs say what `msg-server --help` says, in its order.
@Suite struct ReadmeTests {
    private struct Row: Equatable {
        let name: Substring
        let reloads: Bool
        let standard: Substring
        let meaning: Substring
    }

    private var settings: [Row] {
        NodeSettings.schema.help.split(separator: "\n\n").compactMap { paragraph in
            let lines = paragraph.split(separator: "\n").map { $0.drop { $0 == " " } }
            guard let name = lines.first(where: { $0.hasPrefix("File: ") })?.dropFirst(6).prefix(while: { $0 != " " })
            else { return nil }
            let standard = lines.first { $0.hasPrefix("Default: ") }?.dropFirst(9)
            let isRequired = lines.contains("Must be given.")
            return Row(
                name: name, reloads: lines.contains { $0.hasPrefix("SIGHUP ") },
                standard: standard ?? (isRequired ? "–" : ""), meaning: lines[1])
        }
    }

    private func table(of file: String) throws -> [Row] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: file), encoding: .utf8)
            .matches(of: #/\n\| `([a-z_]+(?:\.[a-z0-9_]+)*)`( ↻)? \| (.*?) ?\| (.*) \|/#)
            .map {
                Row(
                    name: $0.1, reloads: $0.2 != nil, standard: $0.3.trimmingPrefix("`").prefix { $0 != "`" },
                    meaning: $0.4)
            }
    }

    @Test func theEnglishTableIsTheHelp() throws {
        #expect(settings.count > 20)
        #expect(try table(of: "README.md") == settings)
    }

    @Test func theChineseTableHasTheSameSettings() throws {
        let rows = try table(of: "README.zh-CN.md")
        #expect(rows.map(\.name) == settings.map(\.name))
        #expect(rows.map(\.standard) == settings.map(\.standard))
        #expect(rows.map(\.reloads) == settings.map(\.reloads))
    }
}
