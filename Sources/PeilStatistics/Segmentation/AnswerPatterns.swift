internal import PeilNumerics
public import PeilTable

/// Respondents who gave the same answers to all items, taken together. What a method does with answers costs as
/// much as there are distinct patterns, not respondents; and patterns in their own order make the order of the file
/// irrelevant.
public struct AnswerPatterns: Sendable {
    /// An item and the answers that occur, in order.
    public struct Item: Sendable, Equatable {
        public let name: String
        public let categories: [String]
        public init(name: String, categories: [String]) {
            self.name = name
            self.categories = categories
        }

        /// Labels are told apart by their bytes, as everywhere; one that has no equal may be the same text written with
        /// composed or decomposed accents.
        func place(of label: String) -> Int? {
            categories.firstIndex { $0.utf8.elementsEqual(label.utf8) } ?? categories.firstIndex(of: label)
        }
    }

    public let items: [Item]
    /// Pattern by pattern, one byte an item: 0 for no answer, else 1 + the place of the answer in `categories`.
    public let answers: [UInt8]
    /// The pattern of each row; −1 for rows that are not used.
    public let patternOfRow: [Int32]
    public let count: Int

    public static let categoryLimit = 254

    /// Patterns of rows with at least `minimumAnswered` answers, in rising order of their bytes.
    /// - Parameter items: the items with their codes.
    /// - Parameter minimumAnswered: items that somebody must have answered.
    /// - Parameter table: the answers.
    /// - Parameter rows: true for rows that may be used; nil for all.
    public init(_ items: [Item], of table: Table, minimumAnswered: Int, rows: [Bool]? = nil) throws {
        self.items = items
        let width = items.count
        var cells = [UInt8](repeating: 0, count: table.rowCount * width)
        var answered = [UInt16](repeating: 0, count: table.rowCount)
        for (place, item) in items.enumerated() {
            let coded = try table.column(item.name).coded()
            guard item.categories.count <= Self.categoryLimit else {
                throw SegmentationError.tooManyCategories(
                    item: item.name, found: item.categories.count, limit: Self.categoryLimit)
            }
            let byteOfLabel = coded.labels.map { UInt8((item.place(of: $0) ?? -1) + 1) }
            for row in 0..<table.rowCount where coded.indexOfRow[row] >= 0 {
                let byte = byteOfLabel[Int(coded.indexOfRow[row])]
                guard byte != 0 else { continue }
                cells[row * width + place] = byte
                answered[row] += 1
            }
        }
        let used = (0..<table.rowCount).filter { rows?[$0] != false && Int(answered[$0]) >= minimumAnswered }
        (answers, patternOfRow, count) = Self.distinct(cells, width, used.map { Int32($0) }, table.rowCount)
    }

    /// Patterns of given bytes, row by row.
    init(_ items: [Item], cells: [UInt8]) {
        self.items = items
        let rows = items.isEmpty ? 0 : cells.count / items.count
        (answers, patternOfRow, count) = Self.distinct(cells, items.count, (0..<rows).map { Int32($0) }, rows)
    }

    /// The answers that occur in rows with weight.
    public static func items(_ names: [String], of table: Table, weights: [Double]) throws -> [Item] {
        try names.map { name in
            let coded = try table.column(name).coded()
            var occurs = [Bool](repeating: false, count: coded.count)
            for row in 0..<table.rowCount where coded.indexOfRow[row] >= 0 && weights[row] > 0 {
                occurs[Int(coded.indexOfRow[row])] = true
            }
            return Item(name: name, categories: coded.labels.indices.filter { occurs[$0] }.map { coded.labels[$0] })
        }
    }

    /// Sorts the used rows by their bytes, last item first, each pass stable; equal neighbours are one pattern.
    private static func distinct(
        _ cells: [UInt8], _ width: Int, _ used: [Int32], _ rowCount: Int
    ) -> (answers: [UInt8], patternOfRow: [Int32], count: Int) {
        var order = used
        var other = used
        for item in stride(from: width - 1, through: 0, by: -1) {
            var starts = [Int](repeating: 0, count: 257)
            for row in order { starts[Int(cells[Int(row) * width + item]) + 1] += 1 }
            for byte in 1...256 { starts[byte] += starts[byte - 1] }
            for row in order {
                let byte = Int(cells[Int(row) * width + item])
                other[starts[byte]] = row
                starts[byte] += 1
            }
            swap(&order, &other)
        }
        var patternOfRow = [Int32](repeating: -1, count: rowCount)
        var answers: [UInt8] = []
        var count = 0
        var previous = -1
        for row in order.lazy.map({ Int($0) }) {
            let own = cells[(row * width)..<((row + 1) * width)]
            if previous < 0 || own != cells[(previous * width)..<((previous + 1) * width)] {
                answers += own
                count += 1
            }
            patternOfRow[row] = Int32(count - 1)
            previous = row
        }
        return (answers, patternOfRow, count)
    }

    /// Σ of a quantity of rows per pattern.
    public func sums(_ ofRow: [Double]) -> [Double] { CanonicalSums.of(ofRow, by: patternOfRow, count: count) }
}

/// Sums by group with the same bits in any order of the rows: each group's numbers are added from small to large.
enum CanonicalSums {
    /// - Parameter groupOfRow: −1 for rows that count nowhere.
    static func of(_ values: [Double], by groupOfRow: [Int32], count: Int) -> [Double] {
        var starts = [Int](repeating: 0, count: count + 1)
        for group in groupOfRow where group >= 0 { starts[Int(group) + 1] += 1 }
        for group in 0..<count { starts[group + 1] += starts[group] }
        var next = starts
        var sorted = [Double](repeating: 0, count: starts[count])
        for row in groupOfRow.indices where groupOfRow[row] >= 0 {
            let group = Int(groupOfRow[row])
            sorted[next[group]] = values[row]
            next[group] += 1
        }
        return (0..<count).map { group in
            let range = starts[group]..<starts[group + 1]
            if range.count == 1 { return sorted[range.lowerBound] }
            return CompensatedSum.of(sorted[range].sorted())
        }
    }
}
