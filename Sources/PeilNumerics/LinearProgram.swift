import Foundation

/// Why a linear program has no answer.
public enum LinearProgramError: Error, Sendable, Equatable {
    case infeasible
    /// The steps ran out; a figure that came this far would not be a bound.
    case notConverged(steps: Int)
    /// Clp is not on this machine (Debian: coinor-libclp1).
    case notInstalled
}

/// The least of a linear cost over points x with least ≤ A x ≤ most and lower ≤ x ≤ upper.
///
/// Revised simplex over sparse columns with a factorised basis: Clp 1.17 (COIN-OR; Forrest and Lougee-Heimer 2005). A
/// program keeps its last basis, and the next one starts there: by the primal method where costs changed, by the dual
/// method where only bounds did. Nothing in it is random or runs on a clock, so the same calls give the same digits.
@safe public final class LinearProgram {
    /// least ≤ Σ coefficient·x ≤ most.
    public struct Row: Sendable {
        public let terms: [(column: Int, coefficient: Double)]
        public let least: Double
        public let most: Double

        public init(_ terms: [(column: Int, coefficient: Double)], from least: Double, to most: Double) {
            self.terms = terms
            self.least = least
            self.most = most
        }

        public init(_ terms: [(column: Int, coefficient: Double)], equals value: Double) {
            self.init(terms, from: value, to: value)
        }
    }

    private let library: LinearProgramLibrary
    private let model: LinearProgramLibrary.Model
    public private(set) var lower: [Double]
    public private(set) var upper: [Double]
    public private(set) var cost: [Double]
    private let rowCount: Int
    private var boundsChanged = false
    private var costChanged = true
    /// The last program ended at no vertex, from which none may start.
    private var isLost = false

    /// Whether Clp can be opened: what a command asks before it starts work.
    public static var isAvailable: Bool { unsafe LinearProgramLibrary.shared != nil }

    private static let tolerance = 1e-9
    /// Clp calls every larger number infinite.
    private static let infinity = Double.greatestFiniteMagnitude

    public init(_ rows: [Row], lower: [Double], upper: [Double]) throws(LinearProgramError) {
        guard let library = unsafe LinearProgramLibrary.shared, let model = unsafe library.make() else {
            throw .notInstalled
        }
        unsafe self.library = unsafe library
        unsafe self.model = unsafe model
        self.lower = lower
        self.upper = upper
        rowCount = rows.count
        cost = Array(repeating: 0, count: lower.count)
        let matrix = SparseColumns(rows, columns: lower.count)
        // An empty array has no address to hand over.
        let costs = cost + [0]
        unsafe library.load(
            model, Int32(lower.count), Int32(rows.count), matrix.starts, matrix.rows + [0], matrix.coefficients + [0],
            lower.map(Self.finite) + [0], upper.map(Self.finite) + [0], costs,
            rows.map { Self.finite($0.least) } + [0], rows.map { Self.finite($0.most) } + [0])
        unsafe library.setLogLevel(model, 0)
        unsafe library.setPrimalTolerance(model, Self.tolerance)
        unsafe library.setDualTolerance(model, Self.tolerance)
        // Costs stay as they are: perturbed ones would leave digits behind.
        unsafe library.setPerturbation(model, 100)
        unsafe library.setMaximumIterations(model, Int32(clamping: stepLimit))
    }

    deinit { unsafe library.drop(model) }

    private var stepLimit: Int { 20_000 + 50 * lower.count }

    private static func finite(_ bound: Double) -> Double { min(max(bound, -infinity), infinity) }

    // MARK: Changing the program

    public func limit(_ column: Int, from least: Double, to most: Double) {
        guard lower[column] != least || upper[column] != most else { return }
        lower[column] = least
        upper[column] = most
        boundsChanged = true
    }

    public func setCost(_ value: Double, of column: Int) {
        guard cost[column] != value else { return }
        cost[column] = value
        costChanged = true
    }

    // MARK: Solving

    /// Where the search begins.
    public enum Start: Sendable {
        /// At the basis of the last program.
        case last
        /// With every column at its lower bound, by the dual method: right where no cost is negative, all lower bounds are
        /// finite, and few columns will leave theirs.
        case bounds
    }

    /// The least of Σ cost·x; -∞ where there is none. The point stands in `values`.
    public func minimise(from start: Start = .last) throws(LinearProgramError) -> Double {
        if boundsChanged {
            unsafe library.setLower(model, lower.map(Self.finite) + [0])
            unsafe library.setUpper(model, upper.map(Self.finite) + [0])
        }
        if costChanged { unsafe library.setCost(model, cost + [0]) }
        if start == .bounds || isLost { startAnew() }
        let isDual = start == .bounds || !costChanged
        _ = isDual ? unsafe library.dual(model, 0) : unsafe library.primal(model, 0)
        var status = unsafe library.status(model)
        if !isDual, status != 0 {
            // A basis that another program left may be a bad one to start from, and Clp calls some programs infeasible whose
            // cost falls without end: points decide.
            status = anew(costs: true)
            if status == 1 { status = anew(costs: false) == 0 ? 2 : 1 }
        }
        (boundsChanged, costChanged, isLost) = (false, false, false)
        switch status {
        case 0: break
        case 1:
            if !isDual { (costChanged, isLost) = (true, true) }
            throw .infeasible
        case 2:
            (costChanged, isLost) = (true, true)
            return -.infinity
        default:
            (costChanged, isLost) = (true, true)
            throw .notConverged(steps: stepLimit)
        }
        var sum = CompensatedSum()
        for (column, value) in values.enumerated() where cost[column] != 0 { sum.add(cost[column] * value) }
        return sum.value
    }

    /// The program from its bounds; Clp's status.
    private func anew(costs: Bool) -> Int32 {
        if !costs { unsafe library.setCost(model, [Double](repeating: 0, count: lower.count + 1)) }
        startAnew()
        _ = unsafe library.primal(model, 0)
        return unsafe library.status(model)
    }

    /// Rows in the basis, columns at a bound. Clp's words: 0 is a free column, 1 a basic one, 2 one at its upper and 3 one at its
    /// lower bound.
    private func startAnew() {
        let columns = lower.indices.map { column -> UInt8 in
            lower[column].isFinite ? 3 : upper[column].isFinite ? 2 : 0
        }
        unsafe library.setStatus(model, columns + [UInt8](repeating: 1, count: rowCount))
    }

    /// The vertex that was reached last.
    public var values: [Double] {
        guard !lower.isEmpty, let start = unsafe library.values(model) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: lower.count))
    }
}

/// A matrix by columns: the entries of column c stand from starts[c] to starts[c + 1].
private struct SparseColumns {
    var starts: [Int32] = [0]
    var rows: [Int32] = []
    var coefficients: [Double] = []

    init(_ lines: [LinearProgram.Row], columns: Int) {
        var entries = [[(row: Int, coefficient: Double)]](repeating: [], count: columns)
        for (row, line) in lines.enumerated() {
            for term in line.terms where term.coefficient != 0 {
                // A cell that stands twice in a relation counts twice.
                if let last = entries[term.column].last, last.row == row {
                    entries[term.column][entries[term.column].count - 1].coefficient += term.coefficient
                } else {
                    entries[term.column].append((row, term.coefficient))
                }
            }
        }
        for column in entries {
            rows += column.map { Int32($0.row) }
            coefficients += column.map(\.coefficient)
            starts.append(Int32(rows.count))
        }
    }
}
