import PeilIngest
import PeilTable

/// A label told apart by its bytes: a composed and a decomposed accent are two.
struct Label: Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: Label, right: Label) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

/// Labels in the order in which they were met.
struct LabelDictionary: Sendable {
    private(set) var labels: [String] = []
    private var places: [Label: Int32] = [:]

    var count: Int { labels.count }

    mutating func place(_ label: String) -> Int32 {
        let key = Label(label)
        if let known = places[key] { return known }
        let place = Int32(labels.count)
        labels.append(label)
        places[key] = place
        return place
    }

    func known(_ label: String) -> Int32? { places[Label(label)] }

    /// Where each label of another dictionary stands in this one.
    mutating func merge(_ other: [String]) -> [Int32] { other.map { place($0) } }
}

/// Combinations of labels of several columns, in the order in which they were met; −1 stands for an absent value.
struct TupleDictionary: Sendable {
    let columns: [String]
    private(set) var labels: [LabelDictionary]
    private(set) var tuples: [[Int32]] = []
    private var places: [[Int32]: Int32] = [:]

    init(_ columns: [String]) {
        self.columns = columns
        labels = columns.map { _ in LabelDictionary() }
    }

    /// What was kept; nil where a tuple names a label that is not there, or stands twice.
    init?(_ columns: [String], labels kept: [[String]], tuples: [[Int32]]) {
        self.init(columns)
        guard kept.count == columns.count else { return nil }
        for (column, own) in kept.enumerated() {
            for label in own { _ = labels[column].place(label) }
            guard labels[column].count == own.count else { return nil }
        }
        for tuple in tuples {
            guard tuple.count == columns.count, zip(tuple, labels).allSatisfy({ $0 >= -1 && Int($0) < $1.count }),
                Int(place(tuple)) == self.tuples.count - 1
            else { return nil }
        }
        guard self.tuples.count == tuples.count else { return nil }
    }

    var count: Int { tuples.count }

    private mutating func place(_ tuple: [Int32]) -> Int32 {
        if let known = places[tuple] { return known }
        let place = Int32(tuples.count)
        tuples.append(tuple)
        places[tuple] = place
        return place
    }

    /// The place of one combination of labels, nil for an absent value.
    mutating func place(_ names: [String?]) -> Int32 {
        place(names.enumerated().map { column, name in name.map { labels[column].place($0) } ?? -1 })
    }

    /// Where the tuples of rows stand, by their own numbers.
    mutating func merge(_ coded: CodedTuples) -> [Int32] {
        let maps = labels.indices.map { column in labels[column].merge(coded.labels[column]) }
        return coded.tuples.map { tuple in
            place(tuple.indices.map { tuple[$0] < 0 ? -1 : maps[$0][Int(tuple[$0])] })
        }
    }

    mutating func merge(_ other: TupleDictionary) -> [Int32] {
        merge(CodedTuples(labels: other.labels.map(\.labels), tuples: other.tuples, tupleOfRow: []))
    }

    /// Where the tuples of rows stand; nil for those that are not known.
    func known(_ coded: CodedTuples) -> [Int32?] {
        let maps = labels.indices.map { column in coded.labels[column].map { labels[column].known($0) } }
        return coded.tuples.map { tuple in
            var own: [Int32] = []
            for (column, label) in tuple.enumerated() {
                guard label >= 0 else {
                    own.append(-1)
                    continue
                }
                guard let place = maps[column][Int(label)] else { return nil }
                own.append(place)
            }
            return places[own]
        }
    }

    /// One row a tuple listed, in the types that the data had.
    func table(_ rows: [Int32], kinds: [String: ColumnKind]) -> [(String, Column)] {
        columns.indices.map { column in
            let names = labels[column].labels
            let own = rows.map { tuples[Int($0)][column] }
            return (columns[column], Self.column(own, names, kinds[columns[column]] ?? .words))
        }
    }

    private static func column(_ indices: [Int32], _ names: [String], _ kind: ColumnKind) -> Column {
        if kind == .numbers {
            let numbers = names.map { Double($0) ?? 0 }
            return .numeric(
                NumericColumn(
                    values: indices.map { $0 < 0 ? 0 : numbers[Int($0)] },
                    reasons: indices.map { $0 < 0 ? MissingReason.notAnswered.rawValue : 0 }))
        }
        guard names.count <= Int(UInt16.max) else {
            return .identifier(IdentifierColumn(names: names, indices: indices))
        }
        return .categorical(
            CategoricalColumn(
                categories: names.map { Category(code: $0, label: LocalizedText(everywhere: $0)) },
                codes: indices.map { UInt16(max(0, $0)) },
                reasons: indices.map { $0 < 0 ? MissingReason.notAnswered.rawValue : 0 }))
    }
}

/// Rows as combinations of the labels of some columns, absent ones among them.
struct CodedTuples {
    let labels: [[String]]
    /// An index into the labels of each column, −1 where absent; in the order of the labels.
    let tuples: [[Int32]]
    let tupleOfRow: [Int32]

    init(labels: [[String]], tuples: [[Int32]], tupleOfRow: [Int32]) {
        self.labels = labels
        self.tuples = tuples
        self.tupleOfRow = tupleOfRow
    }

    init(_ columns: [Column], rowCount: Int) {
        var labels: [[String]] = []
        var tuples: [[Int32]] = rowCount > 0 ? [[]] : []
        var tupleOfRow = [Int32](repeating: 0, count: rowCount)
        for column in columns {
            let coded = column.coded()
            labels.append(coded.labels)
            let isPartial = coded.indexOfRow.contains { $0 < 0 }
            let step: Int32 = isPartial ? 1 : 0
            let pairs = PairCoding(
                outer: tupleOfRow, count: tuples.count,
                inner: isPartial ? coded.indexOfRow.map { $0 + 1 } : coded.indexOfRow, count: coded.count + Int(step))
            tuples = zip(pairs.outer, pairs.inner).map { tuples[Int($0)] + [$1 - step] }
            tupleOfRow = pairs.indexOfRow
        }
        self.init(labels: labels, tuples: tuples, tupleOfRow: tupleOfRow)
    }
}

/// Pairs of two numbers, in the order in which they were met: cells of units and groups.
struct PairDictionary: Sendable {
    private(set) var first: [Int32] = []
    private(set) var second: [Int32] = []
    private var places: [UInt64: Int32] = [:]

    var count: Int { first.count }

    mutating func place(_ one: Int32, _ other: Int32) -> Int {
        let key = UInt64(UInt32(bitPattern: one)) << 32 | UInt64(UInt32(bitPattern: other))
        if let known = places[key] { return Int(known) }
        places[key] = Int32(first.count)
        first.append(one)
        second.append(other)
        return first.count - 1
    }

    init() {}

    /// What was kept; nil where a pair stands twice or lies outside.
    init?(first: [Int32], second: [Int32], firstCount: Int, secondCount: Int) {
        guard first.count == second.count else { return nil }
        for (one, other) in zip(first, second) {
            guard one >= 0, Int(one) < firstCount, other >= 0, Int(other) < secondCount,
                place(one, other) == count - 1
            else { return nil }
        }
        guard count == first.count else { return nil }
    }
}
