/// Rows under headings, words to the left and numbers to the right.
///
/// Where lines are too short for a row, columns of words become narrower first and their cells go on in the next line. What
/// does not fit then stands below, in further blocks that repeat the columns which say what a row is about, as R
/// prints data frames. Nothing is left out.
public struct TextTable: Sendable {
    let headings: [String]
    let rows: [[String]]
    let isNumber: [Bool]

    private static let gap = 2
    /// Columns of words get no narrower than this, nor than their longest word up to `longestWord`.
    private static let narrowestWords = 16
    private static let longestWord = 30

    public init(headings: [String], rows: [[String]], isNumber: [Bool]) {
        precondition(headings.count == isNumber.count && rows.allSatisfy { $0.count == headings.count })
        self.headings = headings
        self.rows = rows
        self.isNumber = isNumber
    }

    public func text(_ layout: TextLayout = .plain) -> String {
        if layout.width != nil, let shorter = withoutEmptyColumns { return shorter.text(layout) }
        let natural = headings.indices.map { column in
            rows.map { $0[column].count }.reduce(headings[column].count, max)
        }
        guard let limit = layout.width else { return block(Array(headings.indices), natural, layout) }
        return blocks(narrowed(natural, headings.indices, limit), limit).map { columns in
            block(columns, narrowed(natural, columns, limit), layout)
        }.joined(separator: "\n\n")
    }

    /// The table without columns that say nothing; nil where each says something.
    private var withoutEmptyColumns: TextTable? {
        let used = headings.indices.filter { column in rows.contains { !$0[column].isEmpty } }
        guard used.count < headings.count, !used.isEmpty else { return nil }
        return TextTable(
            headings: used.map { headings[$0] }, rows: rows.map { row in used.map { row[$0] } },
            isNumber: used.map { isNumber[$0] })
    }

    private func total(_ widths: [Int], _ columns: some Collection<Int>) -> Int {
        columns.reduce(0) { $0 + widths[$1] } + Self.gap * max(0, columns.count - 1)
    }

    /// Widths where columns of words give way, the widest first, until `columns` fit or nothing gives way any more.
    private func narrowed(_ natural: [Int], _ columns: some Collection<Int>, _ limit: Int) -> [Int] {
        var widths = natural
        while total(widths, columns) > limit {
            let words = columns.filter { !isNumber[$0] && widths[$0] > narrowest($0) }
            guard let widest = words.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private func narrowest(_ column: Int) -> Int {
        let words = rows.lazy.flatMap { $0[column].split(separator: " ") }.map(\.count).max() ?? 0
        return max(Self.narrowestWords, headings[column].count, min(words, Self.longestWord))
    }

    /// Columns that stand together, from left to right. The ends of an interval are never parted.
    private func blocks(_ widths: [Int], _ limit: Int) -> [[Int]] {
        guard total(widths, headings.indices) > limit else { return [Array(headings.indices)] }
        let keys = keys(widths, limit)
        var blocks: [[Int]] = []
        var current: [Int] = []
        for column in headings.indices.dropFirst(keys.count) {
            let group = headings[column] == "lower" && column + 1 < headings.count ? [column, column + 1] : [column]
            if !current.isEmpty, headings[column] != "upper", total(widths, keys + current + group) > limit {
                blocks.append(keys + current)
                current = []
            }
            current.append(column)
        }
        return blocks + [keys + current]
    }

    /// The leading columns of words, as many as leave half the line to others.
    private func keys(_ widths: [Int], _ limit: Int) -> [Int] {
        let words = Array(headings.indices.prefix { !isNumber[$0] })
        let count = words.indices.last { total(widths, words[...$0]) <= limit / 2 }.map { $0 + 1 } ?? 0
        return Array(words.prefix(count))
    }

    private func block(_ columns: [Int], _ widths: [Int], _ layout: TextLayout) -> String {
        let heading = lines(headings, columns, widths).map(layout.heading)
        return (heading + rows.flatMap { lines($0, columns, widths) }).joined(separator: "\n")
    }

    /// A row on as many lines as its longest cell needs.
    private func lines(_ row: [String], _ columns: [Int], _ widths: [Int]) -> [String] {
        let cells = columns.map { TextLayout.lines(of: row[$0], width: widths[$0]) }
        return (0..<(cells.map(\.count).max() ?? 0)).map { number in
            var line = ""
            for (column, cell) in zip(columns, cells) {
                let text = number < cell.count ? cell[number] : ""
                let pad = String(repeating: " ", count: max(0, widths[column] - text.count))
                line += (column == columns[0] ? "" : String(repeating: " ", count: Self.gap))
                line += isNumber[column] ? pad + text : text + pad
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
