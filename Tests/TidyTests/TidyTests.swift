import Testing

/// The tree follows the rules of CONTRIBUTING.md. `RuleTests` shows that each rule can fail.
@Suite struct TidyTests {
    private let tree = Tree.current

    /// Modules without a test target that names them. This list shrinks; it must never grow.
    private let waitingForTests: Set<String> = []

    @Test func theTreeWasRead() {
        #expect(tree.manifest.targets.count > 30)
        #expect(tree.swift.count > 200)
        #expect(tree.swift.filter { $0.target == "Reactor" }.flatMap(\.imports).contains { $0.module == "CLinux" })
    }

    @Test func importsPointDown() {
        report(eachFileOfATarget(LayerRules.imports))
        report(tree.manifest.targets.flatMap { LayerRules.dependencies($0, in: tree.manifest, files: tree.swift) })
    }

    @Test func theHandbookShowsTheSameLayers() throws {
        report(LayerRules.handbook(try #require(tree.files.first { $0.path == "CONTRIBUTING.md" })))
    }

    @Test func everyModuleHasTests() {
        report(LayerRules.untested(tree.manifest, waiting: waitingForTests))
    }

    @Test func nothingTrapsOnPurpose() {
        report(tree.swift.flatMap(WordRules.forbidden))
    }

    @Test func coresAreValues() {
        #expect(WordRules.coreFiles(of: tree.swift).count > 150)
        report(WordRules.cores(tree.swift))
    }

    @Test func unsafeCodeStaysInItsPlace() {
        report(
            tree.manifest.targets.flatMap { target in
                WordRules.unsafeCode(tree.swift.filter(target.owns), of: target)
            })
    }

    @Test func modulesDoNotPrint() {
        report(eachFileOfATarget(WordRules.printing))
    }

    @Test func theDirectoryIsChangedInOnePlace() {
        report(tree.swift.flatMap(WordRules.directoryWrites))
    }

    @Test func modulesSpeakThroughPublicDeclarations() {
        report(tree.swift.flatMap(WordRules.packageAccess))
    }

    @Test func filesAreShort() {
        report(tree.files.flatMap(TextRules.size))
    }

    @Test func functionsAreShort() {
        report(tree.swift.flatMap(TextRules.functions))
    }

    @Test func linesEndWithoutBlanks() {
        report(tree.files.flatMap(TextRules.blanks))
    }

    @Test func nothingIsLeftForLater() {
        report(tree.files.flatMap(TextRules.leftovers))
    }

    @Test func noPathOfOneMachine() {
        report(tree.files.flatMap(TextRules.homePaths))
    }

    @Test func testsStandWhereTheirNameSays() {
        report(tree.files.flatMap(TextRules.testNames))
    }

    @Test func documentsThatAreCitedAreHere() {
        let places = Places(tree.paths)
        report(tree.files.flatMap { DocumentRules.documents(of: $0, among: places) })
        report(tree.files.flatMap { DocumentRules.files(namedBy: $0, among: places) })
    }

    @Test func codesStandInTheCatalogue() throws {
        let file = try #require(tree.files.first { $0.path == Catalogue.path })
        let catalogue = Catalogue(file)
        #expect(catalogue.rows.count > 90)
        report(catalogue.findings(among: Places(tree.paths)))
        report(tree.files.flatMap { DocumentRules.codes(of: $0, in: catalogue) })
    }

    @Test func theChangelogHasEveryStepOfTheSchema() throws {
        let file = try #require(tree.files.first { $0.path == "CHANGELOG.md" })
        report(DocumentRules.changes(file, paths: tree.paths))
    }

    /// Swift cannot list the types of a module, so the fuzzer has a list of its own.
    @Test func everyMessageIsFuzzed() throws {
        let generated = tree.swift.filter { $0.isGenerated && $0.target == "TalkProtocol" }
        let declared = generated.flatMap(\.codeLines).compactMap { line in
            line.hasPrefix("public struct IM") ? line.split(separator: " ")[2].prefix { $0 != ":" } : nil
        }
        #expect(declared.count > 90)
        let fuzzed = try #require(tree.files.first { $0.path == "Tests/Fuzz/FuzzProtobuf.swift" })
        let names = Set(fuzzed.words.map(\.text))
        #expect(declared.filter { !names.contains($0) } == [])
    }

    @Test func testsThatWaitHaveALimit() {
        report(tree.files.flatMap(TextRules.timeLimits))
    }

    private func eachFileOfATarget(_ rule: (SourceFile, Manifest.Target) -> [Finding]) -> [Finding] {
        tree.manifest.targets.flatMap { target in tree.swift.filter(target.owns).flatMap { rule($0, target) } }
    }

    private func report(_ findings: [Finding]) {
        for finding in findings { Issue.record("\(finding)") }
    }
}
