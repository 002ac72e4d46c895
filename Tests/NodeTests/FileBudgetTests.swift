import Testing

@testable import Node

@Suite struct FileBudgetTests {
    private func budget(_ files: Int, clients: Int = 100_000, newcomers: Int = 2_000, http: Int = 1_000) -> FileBudget {
        FileBudget(files: files, wanted: (clients, newcomers, http), loops: 2, connections: 5)
    }

    @Test func whereThereAreFilesEnoughTheSettingsCount() {
        let wide = budget(200_000)
        #expect(wide.clients == 100_000 && wide.newcomers == 2_000 && wide.http == 1_000)
    }

    @Test(arguments: [0, 1, 150, 200, 256, 1_024, 4_096, 20_000, 102_000])
    func itNeverPromisesMoreThanThereIs(files: Int) {
        let budget = budget(files)
        #expect(budget.clients >= 1 && budget.newcomers >= 1 && budget.http >= 4)
        // Below that a node cannot work; it says so in its log.
        if files >= 200 { #expect(budget.clients + budget.newcomers + 2 * budget.http + 130 <= files) }
    }
}
