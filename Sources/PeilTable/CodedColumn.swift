/// A column as small whole numbers: what groups, strata and tables of two questions are made of, without text
/// per row.
public struct CodedColumn: Sendable, Equatable {
    /// The distinct values that occur, as `rowLabels` writes them: numbers by value first, then other labels by
    /// their bytes. Labels are told apart by their bytes: a composed and a decomposed accent are two.
    public let labels: [String]
    /// Index into `labels` a row, −1 where the value is absent.
    public let indexOfRow: [Int32]

    public var count: Int { labels.count }
}

extension Column {
    /// The column as indices into its distinct labels.
    public func coded() -> CodedColumn {
        switch self {
        case .numeric(let column): return column.coded()
        case .categorical(let column):
            var codes = [Int32](repeating: -1, count: column.count)
            if column.reasons.isEmpty {
                for row in codes.indices { codes[row] = Int32(column.codes[row]) }
            } else {
                for row in codes.indices where column.reasons[row] == 0 { codes[row] = Int32(column.codes[row]) }
            }
            return CodedColumn(names: column.categories.map(\.code), indices: codes)
        case .identifier(let column): return CodedColumn(names: column.names, indices: column.indices)
        }
    }
}

extension CodedColumn {
    /// Names that occur, in order and each once, and `indices` with them.
    fileprivate init(names: [String], indices: [Int32]) {
        var indexOfRow = indices
        let occurring = Ranking.rank(&indexOfRow, keyCount: names.count).map { names[Int($0)] }
        let order = LabelOrder.sorted(occurring)
        var labels: [String] = []
        var place = [Int32](repeating: 0, count: occurring.count)
        for position in order {
            let label = occurring[position]
            if labels.last.map({ !$0.utf8.elementsEqual(label.utf8) }) ?? true { labels.append(label) }
            place[position] = Int32(labels.count - 1)
        }
        if !place.indices.allSatisfy({ place[$0] == $0 }) { Ranking.replace(&indexOfRow, by: place) }
        self.init(labels: labels, indexOfRow: indexOfRow)
    }
}

extension NumericColumn {
    /// Whole numbers in a modest range go through a table of that range, others through a hash of their bits.
    fileprivate func coded() -> CodedColumn {
        if let (codes, low, width) = wholeCodes() {
            var indexOfRow = codes
            let occurring = Ranking.rank(&indexOfRow, keyCount: width)
            return CodedColumn(labels: occurring.map { String(Int(low) + Int($0)) }, indexOfRow: indexOfRow)
        }
        let (ranks, keys) = Ranking.rank(rowCount: count) { row in
            isPresent(row) ? LabelOrder.key(of: values[row]) : nil
        }
        return CodedColumn(labels: keys.map { shortestText(LabelOrder.value(ofKey: $0)) }, indexOfRow: ranks)
    }

    /// Each value minus the lowest, −1 where absent; nil where values are not whole or lie far apart.
    func wholeCodes() -> (codes: [Int32], low: Int32, width: Int)? {
        var codes = [Int32](repeating: .min, count: count)
        var low = Int32.max
        var high = Int32.min
        let hasMissing = self.hasMissing
        for row in codes.indices {
            if hasMissing, reasons[row] != 0 { continue }
            let value = values[row]
            guard abs(value) < 2e9 else { return nil }
            let whole = Int32(value)
            guard Double(whole) == value else { return nil }
            codes[row] = whole
            low = min(low, whole)
            high = max(high, whole)
        }
        guard low <= high else { return (codes.map { _ in -1 }, 0, 0) }
        let width = Int(high) - Int(low) + 1
        guard Ranking.fitsTable(width, rowCount: count) else { return nil }
        for row in codes.indices { codes[row] = codes[row] == .min ? -1 : codes[row] - low }
        return (codes, low, width)
    }
}

/// The order of labels everywhere: numbers by value and before all other labels, which go by their bytes.
enum LabelOrder {
    /// Positions of `labels` in order; equal ones stand together.
    static func sorted(_ labels: [String]) -> [Int] {
        let keys = labels.map(SortKey.init)
        return labels.indices.sorted { left, right in
            if keys[left] != keys[right] { return keys[left].isBefore(keys[right]) }
            return labels[left].utf8.lexicographicallyPrecedes(labels[right].utf8)
        }
    }

    /// The number that a label is; nil for words, also for those that parse as numbers (inf, nan).
    static func number(_ label: String) -> Double? {
        // The grammar of numbers begins with one of these; most words need no parser to be told apart.
        guard let first = label.utf8.first, first < 0x3A, first >= 0x2B else { return nil }
        return Double(label).flatMap { $0.isFinite ? $0 : nil }
    }

    /// What decides nearly every comparison without looking at the text: the number, and the first bytes.
    private struct SortKey: Equatable {
        /// The ordered bits of a number; all ones for a word.
        let number: UInt64
        /// The first 16 bytes, filled with zeros.
        let head: UInt64
        let next: UInt64

        init(_ label: String) {
            number = LabelOrder.number(label).map(LabelOrder.key) ?? .max
            var words: (UInt64, UInt64) = (0, 0)
            var count: UInt64 = 0
            for byte in label.utf8.prefix(16) {
                if count < 8 {
                    words.0 |= UInt64(byte) << (56 - 8 * count)
                } else {
                    words.1 |= UInt64(byte) << (120 - 8 * count)
                }
                count += 1
            }
            (head, next) = words
        }

        func isBefore(_ other: SortKey) -> Bool {
            if number != other.number { return number < other.number }
            return head != other.head ? head < other.head : next < other.next
        }
    }

    /// A whole number per value, in the order of labels: finite numbers by value with −0 as 0, then the words
    /// -inf, inf and nan.
    @inline(__always)
    static func key(of value: Double) -> UInt64 {
        guard value.isFinite else { return value.isNaN ? .max : value < 0 ? .max - 2 : .max - 1 }
        let bits = value == 0 ? 0 : value.bitPattern
        return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    }

    static func value(ofKey key: UInt64) -> Double {
        switch key {
        case .max: .nan
        case .max - 1: .infinity
        case .max - 2: -.infinity
        default: Double(bitPattern: key >> 63 == 1 ? key & ~(1 << 63) : ~key)
        }
    }
}
