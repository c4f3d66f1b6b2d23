/// Rows by a small key, each with what is asked of it.
protocol KeyedRows: Sendable {
    var keyCount: Int { get }
    var count: Int { get }
    /// Where the rows of a key stand.
    func range(_ key: Int) -> Range<Int>
    /// By key, those of a key in their order.
    subscript(index: Int) -> CarriedRow { get }
    /// Gives each row another part and weight.
    mutating func carry(parts: [Int32], weights: [Double])
}

struct CarriedRow: Sendable {
    var row: Int32 = 0
    /// What its key is parted into: the sampling unit that the row is in, or its cell of a calibration.
    var part: Int32 = 0
    var weight = 0.0
}

/// Rows sorted by a small key together with what is asked of them: where rows stand at random, to look that up again would
/// cost more than to carry it.
struct CarriedRows: KeyedRows {
    private(set) var rows: [CarriedRow]
    private let start: [Int]
    var keyCount: Int { start.count - 1 }
    var count: Int { rows.count }

    /// - Parameters:
    ///   - keys: of each row, 0 ..< count; below 0 for rows left out.
    ///   - mask: false for rows left out; nil where none is.
    ///   - parts: of each row; empty where all are in one.
    init(by keys: [Int32], count: Int, in mask: [Bool]?, parts: [Int32], weights: [Double]) {
        var start = [Int](repeating: 0, count: count + 1)
        for row in keys.indices where keys[row] >= 0 && mask?[row] != false { start[Int(keys[row]) + 1] += 1 }
        for key in 0..<count { start[key + 1] += start[key] }
        self.start = start
        var rows = [CarriedRow](repeating: CarriedRow(), count: start[count])
        for row in keys.indices where keys[row] >= 0 && mask?[row] != false {
            let key = Int(keys[row])
            rows[start[key]] = CarriedRow(row: Int32(row), part: parts.isEmpty ? 0 : parts[row], weight: weights[row])
            start[key] += 1
        }
        self.rows = rows
    }

    mutating func carry(parts: [Int32], weights: [Double]) {
        for index in rows.indices {
            let row = Int(rows[index].row)
            rows[index] = CarriedRow(row: Int32(row), part: parts[row], weight: weights[row])
        }
    }

    func range(_ key: Int) -> Range<Int> { start[key]..<start[key + 1] }

    subscript(index: Int) -> CarriedRow { rows[index] }
}

/// All rows of a file under one key, in their order: there is nothing to carry.
struct RowsInOrder: KeyedRows {
    private var parts: [Int32]
    private var weights: [Double]
    var keyCount: Int { 1 }
    var count: Int { weights.count }

    /// - Parameter parts: of each row; empty where all are in one.
    init(parts: [Int32], weights: [Double]) {
        self.parts = parts
        self.weights = weights
    }

    mutating func carry(parts: [Int32], weights: [Double]) { self = RowsInOrder(parts: parts, weights: weights) }

    func range(_ key: Int) -> Range<Int> { 0..<count }

    subscript(index: Int) -> CarriedRow {
        CarriedRow(row: Int32(index), part: parts.isEmpty ? 0 : parts[index], weight: weights[index])
    }
}

/// Where an arrangement puts its rows, if that is asked.
struct RowPlaces: Sendable {
    private enum Question { case none, ofRows, inOther }
    private let question: Question
    private let others: [Int32]
    /// The answer.
    private(set) var places: [Int32] = []

    static let notAsked = RowPlaces(.none)
    /// Of each row by group, its place.
    static let ofRows = RowPlaces(.ofRows)

    /// Of each place, that of the same row in another arrangement.
    /// - Parameter others: of each row by group, its place in the other one.
    static func inOther(_ others: [Int32]) -> RowPlaces { RowPlaces(.inOther, others) }

    private init(_ question: Question, _ others: [Int32] = []) {
        self.question = question
        self.others = others
    }

    mutating func makeRoom(_ count: Int) {
        if question != .none { places = [Int32](repeating: 0, count: count) }
    }

    /// Row `index` by group goes to `place`.
    @inline(__always)
    mutating func note(_ index: Int, _ place: Int32) {
        switch question {
        case .none: break
        case .ofRows: places[index] = place
        case .inOther: places[Int(place)] = others[index]
        }
    }
}
