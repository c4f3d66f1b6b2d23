internal import PeilNumerics
public import PeilTable

/// Predictors of a regression: an intercept, dummies of closed questions against a reference level, and numbers as they
/// are. Rows with the same values share a line, and a line lists only what is not 0.
public struct PredictorMatrix: Sendable {
    public enum Term: Sendable, Equatable {
        /// Dummies of all levels but the reference; nil for the first level.
        case categorical(String, reference: String? = nil)
        case numeric(String)
    }

    public struct Column: Sendable, Equatable {
        public let variable: String
        /// nil for the intercept and for numbers.
        public let level: String?
        /// `column=level`, as results name it.
        public var name: String { level.map { "\(variable)=\($0)" } ?? variable }
    }

    /// A term with all its levels or values, in the order of the codes that rows have.
    enum CodedTerm: Sendable, Equatable {
        case factor(String, levels: [String], reference: Int)
        case number(String, values: [Double])
    }

    let terms: [CodedTerm]
    /// The intercept, then the columns of each term.
    public let columns: [Column]
    /// The line of each row; −1 where a predictor is absent.
    public let lineOfRow: [Int32]
    /// Line by line, the code of each term.
    let codes: [Int32]
    /// Where the entries of each line begin.
    private let starts: [Int]
    private let places: [Int32]
    private let values: [Double]

    public var lineCount: Int { starts.count - 1 }
    public var columnCount: Int { columns.count }

    /// - Throws: `TableError` for columns that are absent or no numbers; `EstimationError.unknownLevel` for a reference
    ///   that does not occur; `MultinomialError.badOption` for a variable that stands twice.
    public init(_ terms: [Term], of table: Table) throws {
        var coded: [CodedTerm] = []
        var codes: [[Int32]] = []
        for term in terms {
            switch term {
            case .categorical(let name, let reference):
                let column = try table.column(name).coded()
                let place = reference.map { wanted in
                    column.labels.firstIndex { $0.utf8.elementsEqual(wanted.utf8) }
                }
                guard let place = place ?? 0 else {
                    throw EstimationError.unknownLevel(variable: name, level: reference ?? "")
                }
                coded.append(.factor(name, levels: column.labels, reference: place))
                codes.append(column.indexOfRow)
            case .numeric(let name):
                let column = CodedNumbers(try table.numbers(name))
                coded.append(.number(name, values: column.values))
                codes.append(column.codes)
            }
        }
        let names = coded.map(\.name)
        if let twice = firstRepeated(names) { throw MultinomialError.badOption("predictor '\(twice)' stands twice") }
        self.init(coded, codes: codes, rowCount: table.rowCount)
    }

    /// - Parameter codes: for each term, the code of each row, −1 where absent.
    init(_ terms: [CodedTerm], codes: [[Int32]], rowCount: Int) {
        self.terms = terms
        columns = [Column(variable: "(Intercept)", level: nil)] + terms.flatMap(\.columns)
        var lineOfRow = [Int32](repeating: 0, count: rowCount)
        var lines: [[Int32]] = [[]]
        for (term, ofRow) in zip(terms, codes) {
            let pairs = PairedKinds(lineOfRow, count: lines.count, ofRow, count: term.codeCount)
            lines = zip(pairs.first, pairs.second).map { lines[Int($0)] + [$1] }
            lineOfRow = pairs.kindOfRow
        }
        self.lineOfRow = lineOfRow
        self.codes = lines.flatMap { $0 }
        var (starts, places, values) = ([0], [Int32](), [Double]())
        for line in lines {
            places.append(0)
            values.append(1)
            var offset: Int32 = 1
            for (term, code) in zip(terms, line) {
                if let entry = term.entry(Int(code)) {
                    places.append(offset + Int32(entry.place))
                    values.append(entry.value)
                }
                offset += Int32(term.columns.count)
            }
            starts.append(places.count)
        }
        (self.starts, self.places, self.values) = (starts, places, values)
    }

    /// Where in the arrays of entries a line stands.
    func entries(_ line: Int) -> Range<Int> { starts[line]..<starts[line + 1] }
    func place(_ entry: Int) -> Int { Int(places[entry]) }
    func value(_ entry: Int) -> Double { values[entry] }

    /// How far a column reaches, half of largest minus smallest; 1 for dummies and the intercept.
    var halfRanges: [Double] { [1] + terms.flatMap(\.halfRanges) }

    /// P of the penalty βᵀPβ: a sum of squares of each term's effects about their mean over its levels, the same
    /// whichever level is the reference; numbers count per half of their range. The intercept is free.
    var penalty: DenseMatrix {
        var result = DenseMatrix(rows: columnCount, columns: columnCount)
        var offset = 1
        for term in terms {
            switch term {
            case .factor(_, let levels, _):
                for i in 0..<max(0, levels.count - 1) {
                    for j in 0..<max(0, levels.count - 1) {
                        result[offset + i, offset + j] = (i == j ? 1 : 0) - 1 / Double(levels.count)
                    }
                }
            case .number:
                let half = term.halfRanges[0]
                result[offset, offset] = half * half
            }
            offset += term.columns.count
        }
        return result
    }
}

extension PredictorMatrix.CodedTerm {
    var name: String {
        switch self {
        case .factor(let name, _, _), .number(let name, _): name
        }
    }

    var codeCount: Int {
        switch self {
        case .factor(_, let levels, _): levels.count
        case .number(_, let values): values.count
        }
    }

    var columns: [PredictorMatrix.Column] {
        switch self {
        case .factor(let name, let levels, let reference):
            levels.indices.filter { $0 != reference }.map { PredictorMatrix.Column(variable: name, level: levels[$0]) }
        case .number(let name, _): [PredictorMatrix.Column(variable: name, level: nil)]
        }
    }

    /// Where the code stands among the term's columns and what it holds; nil for the reference.
    func entry(_ code: Int) -> (place: Int, value: Double)? {
        switch self {
        case .factor(_, _, let reference): code == reference ? nil : (code < reference ? code : code - 1, 1)
        case .number(_, let values): (0, values[code])
        }
    }

    var halfRanges: [Double] {
        switch self {
        case .factor: return columns.map { _ in 1 }
        case .number(_, let values):
            let half = ((values.max() ?? 0) - (values.min() ?? 0)) / 2
            return [half > 0 ? half : 1]
        }
    }
}

/// Numbers as codes of their distinct values, from small to large.
private struct CodedNumbers {
    let values: [Double]
    let codes: [Int32]

    init(_ column: NumericColumn) {
        let present = (0..<column.count).map { column.isPresent($0) && column.values[$0].isFinite }
        let values = Set(present.indices.lazy.filter { present[$0] }.map { column.values[$0] + 0 }).sorted()
        let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, Int32($0)) })
        codes = present.indices.map { present[$0] ? places[column.values[$0]] ?? -1 : -1 }
        self.values = values
    }
}
