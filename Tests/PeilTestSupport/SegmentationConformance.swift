import Foundation
import PeilNumerics
import PeilStatistics
import PeilTable
import Testing

/// The laws of `SegmentationMethod` and `SegmentModel`, for any conformer.
///
/// The data should have segments that lie clear of each other, absent answers, unequal weights, and some rows that
/// cannot be placed.
public struct SegmentationConformance {
    public let table: Table
    public let weights: [Double]
    /// Largest difference of chances and parameters where only rounding may differ.
    public let tolerance: Double
    public let sourceLocation: SourceLocation

    public init(
        _ table: Table, weights: [Double], tolerance: Double = 1e-9, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        precondition(weights.count == table.rowCount && table.rowCount >= 20, "rows with a weight each")
        precondition(weights.allSatisfy { $0 > 0 }, "weights that count; the checker adds others")
        self.table = table
        self.weights = weights
        self.tolerance = tolerance
        self.sourceLocation = sourceLocation
    }

    /// - Parameters:
    ///   - parameters: the numbers of a model, segment by segment.
    ///   - refitTolerance: how far a refit on the same data may move them: 0 for methods that end where nothing moves.
    public func check<Method: SegmentationMethod>(
        _ method: Method, refitTolerance: Double, parameters: (Method.Model) -> [Double]
    ) throws {
        let model = try method.fit(table, weights: weights, threads: 1)
        let scored = try model.score(table)
        let own = Fitted(scored, parameters(model))
        expect(Set(scored.codeOfRow).count >= 3, "the data have segments, and rows that cannot be placed")
        expect(!own.parameters.isEmpty && own.parameters.allSatisfy(\.isFinite), "a model has finite parameters")
        try checkModel(model, method, scored)
        try checkThreads(method, own, parameters)
        try checkRowOrder(method, own, parameters)
        try checkDoubledRows(method, own, parameters)
        try checkRowsWithoutWeight(method, own, parameters)
        try checkRefit(method, model, own, refitTolerance, parameters)
        try checkErrors(method)
    }

    // MARK: What is compared

    private struct Fitted {
        let codes: [String]
        let codeOfRow: [UInt16]
        let chances: [[Double]]
        let parameters: [Double]

        init(_ segmentation: Segmentation, _ parameters: [Double]) {
            codes = segmentation.codes
            codeOfRow = segmentation.codeOfRow
            chances = segmentation.codeOfRow.indices.map { row in
                (0..<segmentation.segmentCount).map { segmentation.membership(row, $0) }
            }
            self.parameters = parameters
        }
    }

    private func fitted<Method: SegmentationMethod>(
        _ method: Method, _ table: Table, _ weights: [Double], threads: Int = 1,
        _ parameters: (Method.Model) -> [Double]
    ) throws -> Fitted {
        let model = try method.fit(table, weights: weights, threads: threads)
        return Fitted(try model.score(table), parameters(model))
    }

    /// `rows`: the row of `reference` that each row of `found` is a copy of; nil for the same rows.
    private func compare(
        _ found: Fitted, _ reference: Fitted, rows: [Int]? = nil, tolerance: Double, _ law: String
    ) {
        let rows = rows ?? Array(reference.codeOfRow.indices)
        expect(found.codes == reference.codes, "\(law): the same codes")
        expect(found.codeOfRow == rows.map { reference.codeOfRow[$0] }, "\(law): the same segment for everybody")
        for (place, row) in rows.enumerated() where place < found.chances.count {
            let worst = zip(found.chances[place], reference.chances[row]).map { abs($0 - $1) }.max() ?? 0
            expect(worst <= tolerance, "\(law): row \(row), chances differ by \(worst)")
        }
        expect(found.parameters.count == reference.parameters.count, "\(law): as many parameters")
        let worst = zip(found.parameters, reference.parameters).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
        expect(worst <= tolerance, "\(law): parameters differ by \(worst)")
    }

    private func expect(_ holds: Bool, _ law: String) {
        #expect(holds, "\(law)", sourceLocation: sourceLocation)
    }

    // MARK: Laws of models

    private func checkModel<Method: SegmentationMethod>(
        _ model: Method.Model, _ method: Method, _ scored: Segmentation
    ) throws {
        expect(model.items == method.items, "a model reads the items of its method")
        expect(model.codes == scored.codes, "codes of the model and of its segments")
        expect(Set(model.codes).count == model.codes.count, "codes differ")
        expect(scored.codeOfRow.count == table.rowCount, "every row has a segment or the code of who has none")
        for row in 0..<table.rowCount {
            let sum = (0..<scored.segmentCount).reduce(0) { $0 + scored.membership(row, $1) }
            expect(abs(sum - (scored.isPlaced(row) ? 1 : 0)) <= 1e-12, "row \(row): chances sum to 1, or to 0 for none")
        }
        let rows = stride(from: 1, to: table.rowCount, by: 3).map { $0 }
        let part = Fitted(try model.score(table.selecting(rows: rows)), [])
        compare(part, Fitted(scored, []), rows: rows, tolerance: 0, "who else is in the file")
        #expect(throws: TableError.self, "an item is absent", sourceLocation: sourceLocation) {
            try model.score(Table(rowCount: 3))
        }
    }

    // MARK: Laws of methods

    private func checkThreads<Method: SegmentationMethod>(
        _ method: Method, _ own: Fitted, _ parameters: (Method.Model) -> [Double]
    ) throws {
        for threads in [2, 3] {
            let other = try fitted(method, table, weights, threads: threads, parameters)
            compare(other, own, tolerance: 0, "\(threads) threads")
        }
    }

    private func checkRowOrder<Method: SegmentationMethod>(
        _ method: Method, _ own: Fitted, _ parameters: (Method.Model) -> [Double]
    ) throws {
        var random = StableRandom(seed: 71)
        for turn in 0..<2 {
            var order = Array(0..<table.rowCount)
            random.shuffle(&order)
            let other = try fitted(method, table.selecting(rows: order), order.map { weights[$0] }, parameters)
            compare(other, own, rows: order, tolerance: tolerance, "row order \(turn)")
        }
    }

    /// Every third row with twice its weight, against those rows twice.
    private func checkDoubledRows<Method: SegmentationMethod>(
        _ method: Method, _ own: Fitted, _ parameters: (Method.Model) -> [Double]
    ) throws {
        let twice = stride(from: 0, to: table.rowCount, by: 3).map { $0 }
        var heavy = weights
        for row in twice { heavy[row] *= 2 }
        let rows = Array(0..<table.rowCount) + twice
        let once = try fitted(method, table, heavy, parameters)
        let doubled = try fitted(method, table.selecting(rows: rows), rows.map { weights[$0] }, parameters)
        compare(doubled, once, rows: rows, tolerance: tolerance, "weight 2 and the row twice")
        expect(once.parameters != own.parameters, "weights count")
    }

    /// Rows with weight 0, more of one kind than of another, among the rest.
    private func checkRowsWithoutWeight<Method: SegmentationMethod>(
        _ method: Method, _ own: Fitted, _ parameters: (Method.Model) -> [Double]
    ) throws {
        let extra = stride(from: 0, to: table.rowCount, by: 2).map { $0 } + [Int](repeating: 0, count: 7)
        let rows = extra + Array(0..<table.rowCount)
        let other = try fitted(
            method, table.selecting(rows: rows), extra.map { _ in 0 } + weights, parameters)
        compare(other, own, rows: rows, tolerance: tolerance, "rows with weight 0")
    }

    private func checkRefit<Method: SegmentationMethod>(
        _ method: Method, _ model: Method.Model, _ own: Fitted, _ refitTolerance: Double,
        _ parameters: (Method.Model) -> [Double]
    ) throws {
        let again = try method.refit(table, weights: weights, from: model)
        compare(
            Fitted(try again.score(table), parameters(again)), own, tolerance: refitTolerance, "refit on the same data")
        // Weights turned around by a tenth: segments keep their places, so nearly everybody keeps the code.
        let other = weights.indices.map { weights[$0] * ($0.isMultiple(of: 2) ? 1.1 : 0.9) }
        let moved = try method.refit(table, weights: other, from: model).score(table)
        let same = moved.codeOfRow.indices.count { moved.codeOfRow[$0] == own.codeOfRow[$0] }
        expect(same * 10 >= 9 * table.rowCount, "refit keeps places: \(same) of \(table.rowCount) in the same segment")
    }

    private func checkErrors<Method: SegmentationMethod>(_ method: Method) throws {
        for bad in [-1, Double.nan, .infinity] {
            var wrong = weights
            wrong[3] = bad
            #expect(throws: SegmentationError.badWeight(row: 3), "weight \(bad)", sourceLocation: sourceLocation) {
                try method.fit(table, weights: wrong, threads: 1)
            }
        }
        #expect(throws: SegmentationError.self, "no row counts", sourceLocation: sourceLocation) {
            try method.fit(table, weights: weights.map { _ in 0 }, threads: 1)
        }
        #expect(throws: TableError.self, "an item is absent", sourceLocation: sourceLocation) {
            try method.fit(Table(rowCount: table.rowCount), weights: weights, threads: 1)
        }
    }
}
