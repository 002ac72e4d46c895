import Primitives
import Testing

/// Cases of Unicode Standard Annex #15 and its NormalizationTest.txt.
@Suite struct NormalFormTests {
    @Test(arguments: [
        ("alice", "alice"), ("e\u{301}", "\u{e9}"), ("\u{e9}", "\u{e9}"), ("\u{1100}\u{1161}", "\u{ac00}"),
        ("\u{212b}", "\u{c5}"), ("\u{1e0a}\u{323}", "\u{1e0c}\u{307}"), ("q\u{307}\u{323}", "q\u{323}\u{307}"),
        ("\u{958}", "\u{915}\u{93c}"), ("\u{f900}", "\u{8c48}"), ("", ""),
    ])
    func textsOfOneMeaningHaveOneForm(text: String, form: String) {
        // Swift's comparison would find them equal as they are.
        #expect(Array(text.inNormalForm.utf8) == Array(form.utf8))
        #expect(form.isInNormalForm)
        #expect(text.isInNormalForm == text.utf8.elementsEqual(form.utf8))
    }

    @Test("a text that is longer than any name is left alone: sorting its marks would take seconds")
    func longTexts() {
        let marks = String(repeating: "\u{301}\u{323}", count: String.maxNormalizedBytes)
        #expect(marks.inNormalForm.utf8.elementsEqual(marks.utf8))
        let short = String(repeating: "\u{301}\u{323}", count: 4)
        #expect(!short.isInNormalForm)
    }
}
