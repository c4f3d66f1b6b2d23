internal import PeilNumerics
internal import PeilTable

/// Respondents with equal answers as one point with their weights together, in an order that depends on the answers
/// only: by the first item from low to high, no answer first, then by the second, and so on. The order of the file
/// and weight 2 instead of a row twice change nothing.
struct AnswerPoints: Sendable {
    let items: [NumberedItem]
    let count: Int
    /// Σ of the weights of a point's rows, from small to large.
    let weights: [Double]
    /// `weights` as whole multiples of 2⁻ˢ, s = `scale`, so that Σ is below 2⁶²: their sums are exact and the same in
    /// any order. What is rounded off is at most 2⁻⁶² of the whole a point.
    let units: [Int64]
    let scale: Int
    /// A row with the answers of each point.
    let rowOfPoint: [Int32]
    /// Rows of each point that count.
    let rowCounts: [Int32]

    /// - Parameter weights: one a row; rows with weight 0 and rows with fewer answers make no point.
    init(_ items: [NumberedItem], weights: [Double], minimumAnswered: Int) throws(SegmentationError) {
        if let bad = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) { throw .badWeight(row: bad) }
        self.items = items
        let used = Self.placeable(items, minimumAnswered, rowCount: weights.count).filter { weights[Int($0)] > 0 }
        guard !used.isEmpty else { throw .nobodyPlaced }
        let (order, starts) = Self.inOrder(used, items)
        count = starts.count
        rowOfPoint = starts.map { order[Int($0)] }
        let ends = starts.dropFirst() + [Int32(order.count)]
        rowCounts = zip(starts, ends).map { $1 - $0 }
        self.weights = zip(starts, ends).map { first, end in
            if end - first == 1 { return weights[Int(order[Int(first)])] }
            return CompensatedSum.of((first..<end).map { weights[Int(order[Int($0)])] }.sorted())
        }
        let total = CompensatedSum.of(self.weights)
        guard total.isFinite, let largest = weights.indices.max(by: { weights[$0] < weights[$1] }) else {
            throw .badWeight(row: 0)
        }
        // Beyond these, weights times squared distances would overflow or vanish.
        guard total < 0x1p300, total > 0x1p-300 else { throw .badWeight(row: largest) }
        let scale = 61 - Int(total.exponent)
        let factor = Double(sign: .plus, exponent: scale, significand: 1)
        self.scale = scale
        units = self.weights.map { max(1, Int64(($0 * factor).rounded())) }
    }

    /// A weight from its units.
    func weight(_ units: Int64) -> Double { Double(sign: .plus, exponent: -scale, significand: 1) * Double(units) }

    /// Units of each answer to each item.
    func itemUnits() -> [[Int64]] {
        items.map { item in
            var sums = [Int64](repeating: 0, count: item.values.count)
            for point in 0..<count { sums[Int(item.codeOfRow[Int(rowOfPoint[point])])] += units[point] }
            return sums
        }
    }

    /// Rows with enough answers.
    static func placeable(_ items: [NumberedItem], _ minimumAnswered: Int, rowCount: Int) -> [Int32] {
        var answered = [Int32](repeating: 0, count: rowCount)
        for item in items {
            for row in 0..<rowCount { answered[row] &+= item.codeOfRow[row] == 0 ? 0 : 1 }
        }
        return (0..<Int32(rowCount)).filter { answered[Int($0)] >= minimumAnswered }
    }

    /// Rows by their answers, and where in that order each new combination begins.
    private static func inOrder(_ rows: [Int32], _ items: [NumberedItem]) -> (order: [Int32], starts: [Int32]) {
        let chunks = chunks(items)
        var order = rows
        var differs = [Bool](repeating: false, count: rows.count)
        // As many items as fit one whole number are one key. Sorting by the last key first, each time stable, ends with
        // the order of the first.
        for chunk in chunks.reversed() {
            let keys = keys(chunk, order)
            order = StableOrder.ascending(keys).map { order[Int($0)] }
        }
        for chunk in chunks {
            let keys = keys(chunk, order)
            for place in 1..<max(1, keys.count) where keys[place] != keys[place - 1] { differs[place] = true }
        }
        return (order, differs.indices.filter { $0 == 0 || differs[$0] }.map { Int32($0) })
    }

    /// Items whose combinations can be told apart by a whole number below 2⁵³.
    private static func chunks(_ items: [NumberedItem]) -> [ArraySlice<NumberedItem>] {
        var chunks: [ArraySlice<NumberedItem>] = []
        var first = 0
        var size = 1.0
        for place in items.indices {
            if size * Double(items[place].values.count) > 0x1p53 {
                chunks.append(items[first..<place])
                (first, size) = (place, 1)
            }
            size *= Double(items[place].values.count)
        }
        return chunks + [items[first...]]
    }

    private static func keys(_ items: ArraySlice<NumberedItem>, _ rows: [Int32]) -> [Double] {
        var keys = [Double](repeating: 0, count: rows.count)
        for item in items {
            let size = Double(item.values.count)
            for place in rows.indices { keys[place] = keys[place] * size + Double(item.codeOfRow[Int(rows[place])]) }
        }
        return keys
    }
}
