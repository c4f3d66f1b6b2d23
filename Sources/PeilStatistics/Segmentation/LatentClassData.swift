internal import PeilNumerics
internal import PeilTable

/// What latent classes are fitted to: distinct patterns of answers, crossed with the cells of the covariates where
/// the mix of classes depends on any, each with its total weight.
struct LatentClassData: Sendable {
    let patterns: AnswerPatterns
    let cells: MixCells
    /// Pattern and cell of each observation, and the observation of each row, −1 for rows without part.
    let patternOf: [Int32]
    let cellOf: [Int32]
    let observationOfRow: [Int32]
    var count: Int { patternOf.count }

    init(_ patterns: AnswerPatterns, _ cells: MixCells) {
        self.patterns = patterns
        self.cells = cells
        if cells.count == 1, !cells.cellOfRow.contains(-1) {
            patternOf = (0..<patterns.count).map { Int32($0) }
            cellOf = [Int32](repeating: 0, count: patterns.count)
            observationOfRow = patterns.patternOfRow
        } else {
            let pairs = PairCoding(
                outer: patterns.patternOfRow, count: patterns.count, inner: cells.cellOfRow, count: cells.count)
            patternOf = pairs.outer
            cellOf = pairs.inner
            observationOfRow = pairs.indexOfRow
        }
    }

    func sums(_ ofRow: [Double]) -> [Double] { CanonicalSums.of(ofRow, by: observationOfRow, count: count) }

    func answer(_ observation: Int, _ item: Int) -> Int {
        Int(patterns.answers[Int(patternOf[observation]) * patterns.items.count + item]) - 1
    }
}

/// Latent class parameters while they are being sought.
struct LatentClassParameters: Sendable {
    /// Class shares per cell of the covariates.
    var sharesOfCell: [[Double]]
    /// Coefficients of the mix, (classes − 1) × terms; empty where it depends on nothing.
    var coefficients: [Double]
    /// Item, class, category.
    var probabilities: [[[Double]]]
}

/// The mixture over the observations, items taken together in tables.
struct LatentClassMixture: Sendable {
    private let data: LatentClassData
    private let classes: Int
    let mixture: TableMixture
    /// Consecutive items that share a table, and where its lines begin.
    private let groups: [Range<Int>]
    private let firstLine: [Int]
    /// Where the lines of the covariates' cells begin; nil with one cell, whose shares stand in the first table.
    private let firstCellLine: Int?

    /// Lines of one table: small enough that all tables and their sums stay in the nearest cache.
    private static let lineLimit = 64

    init(_ data: LatentClassData, classes: Int) {
        self.data = data
        self.classes = classes
        let sizes = data.patterns.items.map { $0.categories.count + 1 }
        var groups: [Range<Int>] = []
        var lines: [Int] = []
        for (item, size) in sizes.enumerated() {
            if let last = lines.last, last * size <= Self.lineLimit {
                lines[lines.count - 1] = last * size
                groups[groups.count - 1] = groups[groups.count - 1].lowerBound..<(item + 1)
            } else {
                lines.append(size)
                groups.append(item..<(item + 1))
            }
        }
        let starts = lines.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
        self.groups = groups
        firstLine = starts
        firstCellLine = data.cells.count > 1 ? starts[groups.count] : nil
        mixture = TableMixture(
            components: classes, tableCount: groups.count + (data.cells.count > 1 ? 1 : 0),
            lineCount: starts[groups.count] + (data.cells.count > 1 ? data.cells.count : 0),
            lines: Self.lines(data, groups, sizes, starts))
    }

    private static func lines(
        _ data: LatentClassData, _ groups: [Range<Int>], _ sizes: [Int], _ starts: [Int]
    ) -> [UInt32] {
        let hasCells = data.cells.count > 1
        var lines: [UInt32] = []
        lines.reserveCapacity(data.count * (groups.count + (hasCells ? 1 : 0)))
        for observation in 0..<data.count {
            for (group, items) in groups.enumerated() {
                var line = 0
                for item in items { line = line * sizes[item] + data.answer(observation, item) + 1 }
                lines.append(UInt32(starts[group] + line))
            }
            if hasCells { lines.append(UInt32(starts[groups.count] + Int(data.cellOf[observation]))) }
        }
        return lines
    }

    /// Calls `body` with each line of a group and the answers it stands for, −1 for none.
    private func forEachLine(of group: Int, _ body: (_ line: Int, _ answers: [Int]) -> Void) {
        let sizes = groups[group].map { data.patterns.items[$0].categories.count + 1 }
        var answers = [Int](repeating: -1, count: sizes.count)
        for line in firstLine[group]..<firstLine[group + 1] {
            body(line, answers)
            var place = sizes.count - 1
            while place >= 0 {
                answers[place] += 1
                if answers[place] < sizes[place] - 1 { break }
                answers[place] = -1
                place -= 1
            }
        }
    }

    /// The tables of some parameters: lines × classes.
    func table(sharesOfCell: [[Double]], probabilities: [[[Double]]]) -> [Double] {
        var table = [Double](repeating: 1, count: mixture.lineCount * classes)
        for group in groups.indices {
            forEachLine(of: group) { line, answers in
                for k in 0..<classes {
                    var product = group == 0 && firstCellLine == nil ? sharesOfCell[0][k] : 1
                    for (place, item) in groups[group].enumerated() where answers[place] >= 0 {
                        product *= probabilities[item][k][answers[place]]
                    }
                    table[line * classes + k] = product
                }
            }
        }
        if let firstCellLine {
            for (cell, shares) in sharesOfCell.enumerated() {
                for k in 0..<classes { table[(firstCellLine + cell) * classes + k] = shares[k] }
            }
        }
        return table
    }

    /// Posterior weight per cell and class, and per item, class and category.
    struct Counts {
        var ofCell: [[Double]]
        var ofAnswer: [[[Double]]]
    }

    func counts(_ sums: [Double]) -> Counts {
        var counts = Counts(
            ofCell: [[Double]](repeating: [Double](repeating: 0, count: classes), count: data.cells.count),
            ofAnswer: data.patterns.items.map { item in
                [[Double]](repeating: [Double](repeating: 0, count: item.categories.count), count: classes)
            })
        for group in groups.indices {
            forEachLine(of: group) { line, answers in
                for k in 0..<classes {
                    let sum = sums[line * classes + k]
                    guard sum != 0 else { continue }
                    if group == 0, firstCellLine == nil { counts.ofCell[0][k] += sum }
                    for (place, item) in groups[group].enumerated() where answers[place] >= 0 {
                        counts.ofAnswer[item][k][answers[place]] += sum
                    }
                }
            }
        }
        if let firstCellLine {
            for cell in 0..<data.cells.count {
                for k in 0..<classes { counts.ofCell[cell][k] = sums[(firstCellLine + cell) * classes + k] }
            }
        }
        return counts
    }
}
