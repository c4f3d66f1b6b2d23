import Testing

@testable import PeilStudy

/// Tables for a terminal: nothing is lost on short lines, and no line is longer than the terminal where words can give way.
@Suite struct TextTableTests {
    private let table = TextTable(
        headings: ["place", "label", "estimate", "lower", "upper", "n"],
        rows: [
            ["GM0503", "Delft, the old town and all around it", "0.5", "0.4", "0.6", "401"],
            ["GM1926", "Pijnacker-Nootdorp", "0.25", "0.125", "0.375", "40"]
        ],
        isNumber: [false, false, true, true, true, true])

    @Test func numbersStandToTheRightAndWordsToTheLeft() {
        let lines = table.text().split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == "place   label                                  estimate  lower  upper    n")
        #expect(lines[2] == "GM1926  Pijnacker-Nootdorp                         0.25  0.125  0.375   40")
    }

    @Test func wordsGoOnInTheNextLine() {
        let text = table.text(TextLayout(width: 60))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 60 })
        #expect(text.contains("Delft, the old town and"))
        #expect(!text.contains("…"))
    }

    @Test func aTableThatIsTooWideGoesOnBelowWithItsKeysAndWholeIntervals() {
        let lines = table.text(TextLayout(width: 44)).split(separator: "\n")
        let headings = lines.filter { $0.hasPrefix("place") }
        #expect(headings.count > 1)
        #expect(headings.allSatisfy { $0.contains("lower") == $0.contains("upper") })
        for cell in table.rows.joined() where !cell.contains(" ") {
            #expect(lines.contains { $0.contains(cell) }, "\(cell)")
        }
    }

    @Test(arguments: [1, 7, 20, 40, 61, 200])
    func everyWordIsThereOnAnyWidth(width: Int) {
        let squeezed = table.text(TextLayout(width: width)).filter { !$0.isWhitespace }
        for word in ["0.125", "0.375", "401"] { #expect(squeezed.contains(word)) }
    }

    @Test func headingsAreBoldOnlyWhereAsked() {
        #expect(table.text(TextLayout(hasBoldHeadings: true)).hasPrefix("\u{1B}[1mplace"))
        #expect(!table.text().contains("\u{1B}"))
    }

    @Test func sentencesWrapAtWords() {
        #expect(TextLayout(width: 11).wrapped("one two three four") == "one two\nthree four")
        #expect(TextLayout(width: 4).wrapped("abcdefghij") == "abcd\nefgh\nij")
        #expect(TextLayout.plain.wrapped("one two three four") == "one two three four")
    }
}
