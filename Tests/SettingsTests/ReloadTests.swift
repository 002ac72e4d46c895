import Settings
import Testing

/// A configuration that is read again while the program runs.
@Suite struct ReloadTests {
    @Test func onlyWhatReloadsIsTakenOver() throws {
        let old = try Example.load(file: "timeout = 1s\npostgres.pool_size = 2\n")
        let new = try Example.load(file: "\ntimeout = 2s\npostgres.pool_size = 9\nlog.format = text\n")
        let settled = old.reloaded(from: new)
        #expect(settled[Example.timeout] == .seconds(2))
        #expect(settled[Example.poolSize] == 2 && settled[Example.format] == .json)
        let shown = Dictionary(uniqueKeysWithValues: settled.entries.map { ($0.name, $0) })
        #expect(shown["timeout"]?.text == "2s" && shown["timeout"]?.source.description == "g.conf:2")
        #expect(shown["postgres.pool_size"]?.text == "2")
        #expect(settled.entries.map(\.name) == old.entries.map(\.name))
    }

    @Test func theHelpSaysWhatReloads() {
        let paragraphs = Example.schema.help.split(separator: "\n\n").filter { $0.contains("SIGHUP") }
        #expect(paragraphs.count == 1 && paragraphs.first?.contains("--timeout") == true)
    }
}
