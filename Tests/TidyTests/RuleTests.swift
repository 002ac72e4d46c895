import Testing

/// Each rule fails on what it is there to find, and only on that.
@Suite struct RuleTests {
    private let manifest = Manifest(
        """
        func module(_ name: String) {}
        let package = Package(
            targets: [
                .systemLibrary(name: "CPostgres", pkgConfig: "libpq"),
                module("Primitives"),
                module("DBProxy", uses: ["CPostgres", "Primitives"]),
                module("Directory", uses: [
                    "DBProxy",
                ]),
                module("Accounts", uses: ["CPostgres", "Directory", "DBProxy", "Node"]),
                module("Node"),
                module("Stray"),
                .executableTarget(name: "msg-server", dependencies: ["Node"], swiftSettings: settings),
                .executableTarget(name: "aid", dependencies: ["Node"], path: "Tests/Aid"),
                .target(name: "Counter", path: "bench/counter"),
                benchmark("echo", "bench/echo", uses: ["Primitives"]),
                kit("Kit", uses: ["DBProxy"]),
                tests("NodeTests", uses: ["Node", "msg-server"]),
            ]
        )
        """.split(separator: "\n", omittingEmptySubsequences: false))

    private func target(_ name: String) throws -> Manifest.Target {
        try #require(manifest.targets.first { $0.name == name })
    }

    private func advice(_ findings: [Finding]) -> [String] { findings.map(\.description) }

    @Test func theManifestIsRead() throws {
        #expect(
            manifest.targets.map(\.name) == [
                "CPostgres", "Primitives", "DBProxy", "Directory", "Accounts", "Node", "Stray", "msg-server", "aid",
                "Counter", "echo", "Kit", "NodeTests",
            ])
        #expect(try target("Directory").dependencies == ["DBProxy"])
        #expect(try target("Directory").line == 7)
        #expect(try target("echo").owns(SourceFile(path: "bench/echo/Echo.swift", text: "")))
        #expect(try target("Kit").owns(SourceFile(path: "Tests/Kit/Kit.swift", text: "")))
        #expect(try !target("aid").isSource && target("msg-server").isSource)
    }

    @Test func importsAreHeldAgainstTheTable() throws {
        let text = """
            import CPostgres
            @testable public import Directory
            import DBProxy
            public import Node
            import Log
            import Foundation
            import Glibc
            // import Metrics
            """
        let file = SourceFile(path: "Sources/Accounts/A.swift", text: text)
        #expect(
            advice(LayerRules.imports(file, of: try target("Accounts"))) == [
                "Sources/Accounts/A.swift:1: CPostgres belongs to DBProxy: go through it",
                "Sources/Accounts/A.swift:2: Accounts may not use Directory, which does not stand below it: "
                    + "hand it in from above, by a closure",
                "Sources/Accounts/A.swift:4: Accounts may not use Node, which does not stand below it: "
                    + "hand it in from above, by a closure",
                "Sources/Accounts/A.swift:5: Package.swift does not say that Accounts uses Log: "
                    + "add it there, or do without",
                "Sources/Accounts/A.swift:6: Accounts must do without Foundation: use Glibc or a module of ours",
            ])
        let test = SourceFile(path: "Tests/NodeTests/ATests.swift", text: "import msg_server\nimport Foundation")
        #expect(LayerRules.imports(test, of: try target("NodeTests")) == [])
    }

    @Test func theManifestIsHeldAgainstTheTable() throws {
        let files = [
            SourceFile(path: "Sources/Accounts/A.swift", text: "import DBProxy"),
            SourceFile(path: "Tests/Kit/Kit.swift", text: ""),
        ]
        let check = { (name: String) in
            advice(LayerRules.dependencies(try target(name), in: manifest, files: files))
        }
        #expect(
            try check("Accounts") == [
                "Package.swift:10: CPostgres belongs to DBProxy: go through it",
                "Package.swift:10: Accounts may not use Directory, which does not stand below it: "
                    + "hand it in from above, by a closure",
                "Package.swift:10: Accounts may not use Node, which does not stand below it: "
                    + "hand it in from above, by a closure",
            ])
        #expect(
            try check("Stray") == [
                "Package.swift:12: Stray stands in no layer: add it to Tests/TidyTests/Layers.swift"
            ])
        #expect(
            try check("Kit") == ["Package.swift:17: no file of Kit imports DBProxy: take it out of the list"])
    }

    @Test func dependenciesStandAboveTheirUsers() throws {
        let turned = Manifest(["let package", "module(\"Log\", uses: [\"Primitives\"])", "module(\"Primitives\")"])
        let files = [SourceFile(path: "Sources/Log/A.swift", text: "import Primitives")]
        #expect(
            advice(LayerRules.dependencies(turned.targets[0], in: turned, files: files)) == [
                "Package.swift:2: Log uses Primitives: move it below Primitives"
            ])
    }

    @Test func modulesWithoutTestsAreFound() {
        let waiting: Set = ["Primitives", "Directory", "Accounts", "Stray", "Node"]
        #expect(
            advice(LayerRules.untested(manifest, waiting: waiting)) == [
                "Package.swift:6: no test target names DBProxy: add tests",
                "Package.swift:11: Node has tests now: take it out of the list of those that wait for them",
            ])
    }

    @Test func theHandbookMustAgree() {
        let table = """
            | base | `Primitives`, `Log` | time |
            | system | `CFace`, `CLinux`, `CPostgres`, `CRedis`, `COpenSSL` | C headers |
            """
        let found = advice(LayerRules.handbook(SourceFile(path: "C.md", text: table)))
        #expect(found.first == "C.md:1: the modules of 'base' differ from Tests/TidyTests/Layers.swift")
        #expect(found.contains("C.md:1: the table of layers lacks a row for 'node'"))
        #expect(!found.contains { $0.contains("system") })
    }

    @Test func trapsAreFound() {
        let traps = "let a = try! f()\nlet b = c as! D\nfatalError()\ntry? f(a as? B)"
        #expect(lines(WordRules.forbidden, traps) == [1, 2, 3])
        #expect(lines(WordRules.forbidden, "// try! f()\nlet a = \"as! \"") == [])
        #expect(lines(WordRules.forbidden, #"let a = "b \(try! f("x")) c""#) == [1])
    }

    @Test(arguments: [
        "ContinuousClock.now", "Date()", "clock_gettime(0, &t)", "Int.random(in: 0..<3)", "randomBytes(3)",
        "SystemRandomNumberGenerator()", "Task { }", "DispatchQueue.main", "import Dispatch", "sleep(1)", "usleep(1)",
        "Mutex(0)", "list.shuffled()", "let a: EventLoop", "Logger()",
    ])
    func coresAreKeptPure(code: String) {
        #expect(coreLines(code, path: "Sources/HTTPCore/A.swift") == [1])
        #expect(coreLines("\(code)\n/// A queue. A\n/// core.\nstruct A {}") == [1])
        #expect(coreLines("\(code)\n/// One per core.\nstruct A {}") == [])
    }

    @Test func whatBelongsToACoreIsKeptPureToo() {
        let core = SourceFile(path: "Sources/Node/A.swift", text: "/// Counts. A core: it adds up.\nlet a = 1")
        let part = SourceFile(path: "Sources/Node/A+Parts.swift", text: "let a = 1\nlet b = loop as EventLoop")
        let other = SourceFile(path: "Sources/Node/AB.swift", text: "let b = loop as EventLoop")
        #expect(WordRules.cores([core, part, other]).map(\.line) == [2])
    }

    @Test func aCoreMayDrawFromTheCallersGenerator() {
        #expect(coreLines("Int.random(in: 0..<3, using: &random)", path: "Sources/HTTPCore/A.swift") == [])
    }

    @Test func unsafeCodeHasOnePlace() throws {
        let files = ["A", "B", "C"].map {
            SourceFile(path: "Sources/Node/\($0).swift", text: $0 == "B" ? "// unsafe" : "let a = 1\nunsafe b()")
        }
        #expect(
            advice(WordRules.unsafeCode(files, of: try target("Node"))) == [
                "Sources/Node/C.swift:2: Node has unsafe code in Sources/Node/A.swift already: move this there"
            ])
        #expect(WordRules.unsafeCode(files, of: try target("DBProxy")) == [])
    }

    @Test func modulesThatPrintAreFound() throws {
        let text = "print(1)\nreport.print(2)\nlet print = 3"
        #expect(try WordRules.printing(SourceFile(path: "a.swift", text: text), of: target("Node")).map(\.line) == [1])
        #expect(try WordRules.printing(SourceFile(path: "a.swift", text: text), of: target("msg-server")) == [])
    }

    @Test func writesBesideTheDirectoryAreFound() {
        let text = "database.setPassword(a, of: b)\nusers.setPassword(a, of: b)\ndatabase.profiles(of: c)"
        #expect(WordRules.directoryWrites(SourceFile(path: "Sources/NodeAdmin/A.swift", text: text)).map(\.line) == [1])
        #expect(WordRules.directoryWrites(SourceFile(path: "Sources/Directory/A.swift", text: text)) == [])
    }

    @Test func packageAccessIsFound() {
        let text = "package func f() {}\nlet package = Package(a)\npublic func f() {}\npackage static let a = 1"
        #expect(lines(WordRules.packageAccess, text) == [1, 4])
    }

    @Test func longFilesAndLinesAreFound() {
        let long = String(repeating: "x", count: 121)
        #expect(lines(TextRules.size, "a\n\(long)\n" + String(repeating: "b\n", count: 299)) == [2, 301])
        let tests = String(repeating: "b\n", count: 401)
        #expect(lines(TextRules.size, tests, path: "Tests/ATests/BTests.swift") == [401])
        #expect(lines(TextRules.size, "#!/bin/sh\n\(long)", path: "deploy/run") == [2])
        #expect(lines(TextRules.size, long, path: "README.md") == [])
        #expect(lines(TextRules.size, long, path: "Sources/A/Generated/B.swift") == [])
        #expect(lines(TextRules.size, String(repeating: "é", count: 120)) == [])
    }

    @Test func longFunctionsAreFound() {
        let body = { String(repeating: "    a()\n", count: $0) }
        let text = "struct A {\n  func f() {\n\(body(68))  }\n  private init(\n    a: Int\n  ) {\n\(body(67))  }\n}\n"
        #expect(lines(TextRules.functions, text) == [72])
        #expect(lines(TextRules.functions, "protocol A {\n  func f()\n  var a: Int { get }\n}\n\(body(80))") == [])
        #expect(lines(TextRules.functions, "  self.init(\n\(body(80))  )\n  func g() {\n  }") == [])
    }

    @Test func blanksAtTheEndAreFound() {
        #expect(lines(TextRules.blanks, "a\nb \n\n\t\nc\r") == [2, 4, 5])
    }

    @Test func leftoversAreFound() {
        #expect(lines(TextRules.leftovers, "// TO" + "DO: later\nlet mTO" + "DO = 1\n(FIX" + "ME)") == [1, 3])
    }

    @Test func pathsOfOneMachineAreFound() {
        let home = "/home" + "/me/x"
        let text = "\"\(home)\"\n$base\(home)\nhttp://a\(home)\ncd \(home)"
        #expect(lines(TextRules.homePaths, text, path: "a.md") == [1, 4])
    }

    @Test func testsAreNamedForWhatTheyAre() {
        let test = "@Test func a() {}"
        #expect(lines(TextRules.testNames, test, path: "Tests/ATests/A.swift") == [1])
        #expect(lines(TextRules.testNames, "// @Test", path: "Tests/ATests/BTests.swift") == [1])
        #expect(lines(TextRules.testNames, test, path: "Tests/ATests/BTests.swift") == [])
        #expect(lines(TextRules.testNames, "let a = 1", path: "Tests/ATests/Sample.swift") == [])
    }

    @Test func testsThatMayWaitForEverAreFound() {
        let path = "Tests/ATests/BTests.swift"
        #expect(lines(TextRules.timeLimits, "@Suite struct B {\n  await a() }", path: path) == [2])
        #expect(lines(TextRules.timeLimits, "@Suite(.timeLimit(.minutes(5))) struct B { await a() }", path: path) == [])
        #expect(lines(TextRules.timeLimits, "@Suite struct B { a() } // await", path: path) == [])
    }

    @Test(arguments: [
        ("a /* b /* c */ d */ e", "a                   e"),
        (#"f("\"b", c)"#, #"f(     , c)"#),
        (##"f(#"a"b"#, c)"##, #"f(#      , c)"#),
        (#"f("a\(g("h", (i)))b", c)"#, #"f(    g(   , (i))   , c)"#),
        ("f(\"\"\"\n  \"a\" // b\n  \"\"\", c)", "f(   \n          \n     , c)"),
        ("a // b\nc", "a     \nc"),
        ("#expect(a)", "#expect(a)"),
    ])
    func textsAreTakenOut(source: String, code: String) {
        #expect(SwiftCode.parts(of: source).code == code)
    }

    private func coreLines(_ text: String, path: String = "Sources/Node/A.swift") -> [Int] {
        WordRules.cores([SourceFile(path: path, text: text)]).map(\.line)
    }

    private func lines(
        _ rule: (SourceFile) -> [Finding], _ text: String, path: String = "Sources/Node/A.swift"
    ) -> [Int] {
        rule(SourceFile(path: path, text: text)).map(\.line)
    }
}
