/// A workbook as data: sheets of cells with a style each, free of any file format.
struct Workbook: Sendable {
    var title: String
    var subject: String
    var company: String
    /// Seconds since 1970 in UTC, never the clock's: two renderings of one publication are the same file.
    var created: Int
    var sheets: [Sheet] = []

    struct Sheet: Sendable {
        /// Legal and unique: see `SheetNames`.
        var name: String
        /// Widths of the columns, in characters.
        var widths: [Double]
        /// Rows that stay in sight while a reader scrolls; the last of them heads a table that can be filtered.
        var frozenRows: Int?
        var rows: [[Cell]] = []
        /// What stands below `rows`.
        var lines = Lines()
    }

    /// Lines that are made as they are written: those of hundreds of areas would fill the memory.
    struct Lines: Sendable {
        var count = 0
        var line: @Sendable (Int) throws(ReportError) -> [Cell] = { _ in [] }
    }

    enum Cell: Sendable, Equatable {
        case empty
        /// A text, never a formula, whatever its first letter.
        case text(String, Style = .plain)
        case number(Double, Style)
        /// A text that leads to the first cell of a sheet.
        case link(String, sheet: String)
    }

    /// How a cell looks. Numbers keep their released value: a style rounds nothing that is stored.
    enum Style: Sendable, CaseIterable {
        case plain, title, strong, header, wrapped, words, grey
        /// 31%, 31.4%
        case percent, precisePercent
        /// 31.4, 31.42
        case decimal, preciseDecimal
        /// 1,200
        case count
    }
}
