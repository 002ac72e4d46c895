import Testing

/// The rules on documents and codes fail on what they are there to find, and only on that.
@Suite struct DocumentRuleTests {
    private let places = Places([
        "README.md", "Sources/Reactor", "Sources/Reactor/Reactor.docc", "Sources/Reactor/Reactor.docc/Turn.md",
        "Sources/Reactor/EventLoop.swift", "Tests/NodeTests/ChatTests.swift", "bench/faults/run",
    ])

    private let catalogue = SourceFile(
        path: Catalogue.path,
        text: """
            | Code | Promise | Guarded by |
            |---|---|---|
            | P1 | stored | `ChatTests`, `bench/faults/run` |
            | B02 | closed | `ChatTests` |
            """)

    private func advice(_ findings: [Finding]) -> [String] { findings.map(\.description) }

    @Test func documentsThatAreNotHereAreFound() {
        let text = """
            /// Level-triggered (Turn.md), see notes/other.md 1.2 and Reactor.docc/Turn.md.
            let a = "missing.md" // https://example.org/paper.md
            """
        #expect(
            advice(DocumentRules.documents(of: SourceFile(path: "Sources/A/A.swift", text: text), among: places)) == [
                "Sources/A/A.swift:1: notes/other.md is not in the repository: cite what is, a paper or an RFC"
            ])
        let script = SourceFile(path: "bench/run", text: "# as README.md says\n# as PLAN.md says")
        #expect(DocumentRules.documents(of: script, among: places).map(\.line) == [2])
    }

    @Test func filesThatADocumentNamesMustExist() {
        let text = """
            `EventLoop.swift`, `Reactor/EventLoop.swift` and `bench/faults/run --nodes 5`, [here](Sources/Reactor/).
            `Sources/Reactor/Gone.swift`, [lost](deploy/lost), `Tests/<Module>Tests`, `talkctl backup FILE`, `a.swift`
            """
        let found = DocumentRules.files(namedBy: SourceFile(path: "A.md", text: text), among: places)
        #expect(
            advice(found) == [
                "A.md:2: Sources/Reactor/Gone.swift is not there: correct the name",
                "A.md:2: deploy/lost is not there: correct the name",
                "A.md:2: a.swift is not there: correct the name",
            ])
    }

    @Test func stepsOfTheSchemaThatAreNotListedAreFound() {
        let file = SourceFile(path: "CHANGELOG.md", text: "| Schema |\n| 1 | foundation |\n")
        let paths = (1...2).map { "Sources/DBProxy/Migrations/M000\($0)Step.swift" }
        #expect(
            advice(DocumentRules.changes(file, paths: paths)) == [
                "CHANGELOG.md:1: the table lacks step 2 of the schema"
            ])
    }

    @Test func codesWithoutARowAreFound() {
        let text = """
            /// P1 and P2, B2 as well; U+0080, F1 and SHA256 are none.
            \("@Test")("B02, B03: closed") func a() {}
            let b = "B9"
            """
        let found = DocumentRules.codes(
            of: SourceFile(path: "Tests/NodeTests/ATests.swift", text: text), in: Catalogue(catalogue))
        #expect(found.map { $0.advice.prefix { $0 != " " } } == ["P2", "B2", "B03"])
        #expect(DocumentRules.codes(of: catalogue, in: Catalogue(catalogue)) == [])
    }

    @Test func aCatalogueNamesWhatGuardsItAndNothingTwice() {
        let text = """
            | P1 | stored | `ChatTests` |
            | P1 | shown | `ChatTests` |
            | P2 | kept | |
            | P3 | kept | `GoneTests` |
            """
        let file = SourceFile(path: Catalogue.path, text: text)
        #expect(
            advice(Catalogue(file).findings(among: places)) == [
                "PROMISES.md:2: P1 has a row already: take a number that is free",
                "PROMISES.md:3: nothing guards P2", "PROMISES.md:4: GoneTests guards P3 and is not there",
            ])
        #expect(Catalogue(catalogue).findings(among: places) == [])
    }
}
