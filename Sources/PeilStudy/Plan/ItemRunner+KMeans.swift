import PeilNumerics
import PeilStatistics
import PeilTable

/// k-means of an item: centres, sizes, fit, and how far apart the segments lie.
extension ItemRunner {
    func kMeans() throws -> [(String, JSONValue)] {
        guard let request = item.options.kMeans else {
            throw EstimationError.badOption("kmeans needs a number of clusters", remedy: "add options: {k: 3}")
        }
        if let own = runner.merged?.segments(item) {
            if case .failed(let failure) = own.stage { throw failure }
            if case (.found(let descent), .descent(let sums)) = own {
                return try descended(descent, sums, request.method(item.variables), patterns: request.patternLimit)
            }
        }
        let merged = runner.merged.flatMap { merged -> MergedPatterns? in
            guard case .patterns(let sums)? = merged.segments(item)?.sums else { return nil }
            return MergedPatterns(sums, kinds: merged.state.kinds)
        }
        let table = merged?.table ?? runner.table
        let weights = try merged?.weights ?? kMeansWeights(request)
        let model = try request.method(item.variables)
            .fit(table, weights: weights, threads: runner.estimation.blocks.threads)
        let counts = try merged.map { try Self.counts(model, $0) } ?? model.fit.counts
        let labels = try merged.map { try Self.labels(model, $0) } ?? firstLabels(model, weights)
        return results(
            model, [("distinct_points", .integer(model.fit.distinctPoints))], counts: counts, firstLabels: labels)
            + (try request.margin.map { [("separation", try separation(model, table, weights, margin: $0))] } ?? [])
    }

    /// k-means that rounds over the partitions found.
    private func descended(
        _ descent: CentroidDescent, _ sums: DescentSums, _ method: WeightedKMeans, patterns: Int
    ) throws -> [(String, JSONValue)] {
        let model = CentroidModel(
            items: item.variables,
            codes: (1...method.clusters).map { "K\($0)" } + [WeightedKMeans.unclassified], scales: descent.scales,
            centres: descent.centres, minimumAnswered: method.minimumAnswered,
            fit: CentroidModel.Fit(
                objective: sums.objective, totalSquares: descent.totalSquares, sizes: sums.sizes, counts: sums.counts,
                rounds: descent.rounds, distinctPoints: patterns, seed: descent.starts == nil ? nil : method.seed,
                bestReached: descent.starts?.reached, starts: descent.starts?.all ?? 1))
        return results(
            model, [("kept_patterns", .integer(patterns))], counts: sums.counts, firstLabels: sums.firstLabels)
    }

    private func results(
        _ model: CentroidModel, _ points: [(String, JSONValue)], counts: [Int], firstLabels: [Int]
    ) -> [(String, JSONValue)] {
        let total = CompensatedSum.of(model.fit.sizes)
        return [
            ("scalars", scalars(model, points, counts)),
            ("centres", .array(model.centres.map { .numbers($0) })),
            ("centres_as_answers", .array(model.centresAsAnswers.map { .numbers($0) })),
            ("class_sizes", .numbers(model.fit.sizes.map { $0 / total })),
            ("counts", .array(counts.map { .integer($0) })),
            ("first_labels", .array(firstLabels.map { .integer($0) }))
        ]
    }

    /// Respondents of each segment, where rows are patterns that several share.
    private static func counts(_ model: CentroidModel, _ patterns: MergedPatterns) throws -> [Int] {
        let placed = try model.score(patterns.table)
        var counts = [Int](repeating: 0, count: model.centres.count)
        for row in patterns.alike.counts.indices where placed.isPlaced(row) {
            counts[Int(placed.codeOfRow[row])] += patterns.alike.counts[row]
        }
        return counts
    }

    private static func labels(_ model: CentroidModel, _ patterns: MergedPatterns) throws -> [Int] {
        let placed = try model.score(patterns.table)
        return patterns.first.filter { placed.isPlaced($0) }.map { Int(placed.codeOfRow[$0]) }
    }

    private func separation(
        _ model: CentroidModel, _ table: Table, _ weights: [Double], margin: Double
    ) throws -> JSONValue {
        let found = try model.separation(table, weights: weights, margin: margin)
        return .object([
            ("silhouette", .number(found.silhouette)), ("silhouettes", .numbers(found.silhouettes)),
            ("near_border", .number(found.nearBorderOverall)), ("near_borders", .numbers(found.nearBorder)),
            ("margin", .number(margin))
        ])
    }

    /// Segments, from 0, of the first 30 rows that count.
    private func firstLabels(_ model: CentroidModel, _ weights: [Double]) throws -> [Int] {
        let rows = weights.indices.filter { weights[$0] > 0 }
        var labels: [Int] = []
        for first in stride(from: 0, to: rows.count, by: 1000) where labels.count < 30 {
            let some = try model.score(runner.table.selecting(rows: Array(rows[first..<min(first + 1000, rows.count)])))
            labels += some.codeOfRow.indices.filter { some.isPlaced($0) }.map { Int(some.codeOfRow[$0]) }
        }
        return Array(labels.prefix(30))
    }

    /// 0 outside the domain.
    private func kMeansWeights(_ request: KMeansRequest) throws -> [Double] {
        var weights = runner.estimation.design.weights
        if let name = request.weights {
            let column = try runner.table.numbers(name)
            if let row = (0..<column.count).first(where: { !column.isPresent($0) }) {
                throw SegmentationError.badWeight(row: row)
            }
            weights = column.values
        }
        if let mask = domain.mask { for row in mask.indices where !mask[row] { weights[row] = 0 } }
        return weights
    }

    private func scalars(
        _ model: CentroidModel, _ points: [(String, JSONValue)], _ counts: [Int]
    ) -> JSONValue {
        var fields: [(String, JSONValue)] = [
            ("objective", .number(model.fit.objective)), ("total_ss", .number(model.fit.totalSquares)),
            ("explained", .number(model.fit.explained)), ("n", .integer(counts.reduce(0, +))),
            ("rounds", .integer(model.fit.rounds))
        ]
        fields += points
        if let reached = model.fit.bestReached {
            fields += [("best_reached", .integer(reached)), ("starts", .integer(model.fit.starts))]
        }
        return .object(fields)
    }
}
