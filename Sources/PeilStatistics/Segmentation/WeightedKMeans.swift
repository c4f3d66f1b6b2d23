internal import PeilNumerics
public import PeilTable

/// k-means with weights at every step: k-means++ starts in proportion to w·d², centres as weighted means, and Σ w·d²
/// as the objective; the best of many starts.
///
/// Items are standardised with weighted means and deviations unless asked otherwise; an absent answer stands at the
/// mean, and respondents with fewer than `minimumAnswered` answers are not placed. Respondents with equal answers are
/// one point with their weights together, and points stand in an order that depends on answers only. Every start
/// goes on until no point moves. Nothing is approximate: points that provably stay are passed over.
/// Arthur & Vassilvitskii 2007; Lloyd 1982; Hamerly 2010 for the bound.
public struct WeightedKMeans: SegmentationMethod, Equatable {
    public let items: [String]
    public let clusters: Int
    public let starts: Int
    public let minimumAnswered: Int
    public let seed: UInt64
    /// Weighted mean 0 and standard deviation 1 for each item, the divisor being Σw; else answers as they are.
    public let isStandardised: Bool
    /// Centres to begin from, in coordinates, instead of starts by chance; clusters then keep these places.
    public let initialCentres: [[Double]]?

    public static let clusterLimit = 1000
    public static let unclassified = "S0"
    /// Rounds after which a descent counts as endless.
    public static let roundLimit = 2000

    public init(
        items: [String], clusters: Int, starts: Int = 50, minimumAnswered: Int, seed: UInt64,
        isStandardised: Bool = true, initialCentres: [[Double]]? = nil
    ) throws(SegmentationError) {
        guard !items.isEmpty else { throw .noInputs }
        guard Set(items).count == items.count else { throw .badOption("k-means takes each item once") }
        guard (2...Self.clusterLimit).contains(clusters), starts >= 1 else {
            throw .badOption("k-means needs 2 to \(Self.clusterLimit) clusters and 1 start or more")
        }
        guard minimumAnswered >= 1, minimumAnswered <= items.count else {
            throw .badOption("k-means places who answered at least 1 of the items, and at most all")
        }
        if let initialCentres {
            let hasShape = initialCentres.allSatisfy { $0.count == items.count && $0.allSatisfy(\.isFinite) }
            guard initialCentres.count == clusters, hasShape else {
                throw .badOption("initial centres are \(clusters) lists of \(items.count) numbers")
            }
        }
        self.items = items
        self.clusters = clusters
        self.starts = starts
        self.minimumAnswered = minimumAnswered
        self.seed = seed
        self.isStandardised = isStandardised
        self.initialCentres = initialCentres
    }

    /// The same method with other numbers of clusters and starts, which are by chance.
    public func with(clusters: Int, starts: Int) throws(SegmentationError) -> WeightedKMeans {
        try WeightedKMeans(
            items: items, clusters: clusters, starts: starts, minimumAnswered: minimumAnswered, seed: seed,
            isStandardised: isStandardised)
    }

    public func fit(_ table: Table, weights: [Double], threads: Int = 1) throws -> CentroidModel {
        try Fitting(self, table, weights).model(threads: threads)
    }

    /// Lloyd's algorithm from the answers at the model's centres, on items standardised anew.
    /// - Throws: as `fit`, and `badOption` for a model of other items or another number of segments.
    public func refit(_ table: Table, weights: [Double], from model: CentroidModel) throws -> CentroidModel {
        guard model.items == items, model.centres.count == clusters else {
            throw SegmentationError.badOption("a refit begins from a model of the same items and number of clusters")
        }
        return try Fitting(self, table, weights).model(from: model)
    }
}

/// One fit: points, their scales, and the search among them.
private struct Fitting {
    let method: WeightedKMeans
    let points: AnswerPoints
    let scales: [ItemScale]
    private let grouped: GroupedAnswers?
    /// Units of each answer to each item.
    private let units: [[Int64]]

    init(_ method: WeightedKMeans, _ table: Table, _ weights: [Double]) throws {
        precondition(weights.count == table.rowCount, "one weight a row")
        self.method = method
        let items = try method.items.map { try NumberedItem($0, of: table) }
        let points = try AnswerPoints(items, weights: weights, minimumAnswered: method.minimumAnswered)
        let grouped = GroupedAnswers(points)
        let units = grouped?.itemUnits(points.units, items) ?? points.itemUnits()
        self.points = points
        self.grouped = grouped
        self.units = units
        scales = try zip(items, units).map { item, units in
            try ItemScale(item, units: units, standardise: method.isStandardised)
        }
    }

    func model(threads: Int) throws(SegmentationError) -> CentroidModel {
        if let centres = method.initialCentres { return try model(startingAt: centres) }
        let places = places()
        if let grouped { return try search(CodedSpace(points, grouped, places), threads) }
        return try search(NumberSpace(points, places), threads)
    }

    func model(from model: CentroidModel) throws(SegmentationError) -> CentroidModel {
        let starts = model.centres.map { centre in
            scales.indices.map { item in
                scales[item] == model.scales[item]
                    ? centre[item] : scales[item].coordinate(model.scales[item].answer(centre[item]))
            }
        }
        return try self.model(startingAt: starts)
    }

    private func model(startingAt centres: [[Double]]) throws(SegmentationError) -> CentroidModel {
        let places = places()
        if let grouped { return try descend(CodedSpace(points, grouped, places), centres) }
        return try descend(NumberSpace(points, places), centres)
    }

    /// Σ w·d² to the mean of all, from the answers to each item.
    private func totalSquares() -> Double {
        var sum = CompensatedSum()
        for (places, units) in zip(places(), units) {
            let weights = units.map { points.weight($0) }
            let mean = CompensatedSum.of(zip(weights, places).lazy.map { $0 * $1 }) / CompensatedSum.of(weights)
            for (weight, place) in zip(weights, places) { sum.add(weight * (place - mean) * (place - mean)) }
        }
        return sum.value
    }

    private func places() -> [[Double]] { zip(scales, points.items).map { $0.places($1) } }

    private func search<Space: ClusterSpace>(
        _ space: Space, _ threads: Int
    ) throws(SegmentationError) -> CentroidModel {
        try refuseFewPoints(space)
        let found = CentroidSearch(space: space, clusters: method.clusters, roundLimit: WeightedKMeans.roundLimit)
            .best(starts: method.starts, seed: method.seed, threads: threads)
        return try model(found.solution, space, reached: found.reached)
    }

    private func descend<Space: ClusterSpace>(
        _ space: Space, _ centres: [[Double]]
    ) throws(SegmentationError) -> CentroidModel {
        try refuseFewPoints(space)
        let solution = CentroidSearch(
            space: space, clusters: method.clusters, roundLimit: WeightedKMeans.roundLimit
        ).descend(from: centres)
        return try model(solution, space, reached: nil)
    }

    private func refuseFewPoints(_ space: some ClusterSpace) throws(SegmentationError) {
        let found = space.distinctCount(upTo: method.clusters)
        guard found >= method.clusters else {
            throw .tooFewDistinctPoints(wanted: method.clusters, found: found)
        }
    }

    private func model<Space: ClusterSpace>(
        _ solution: CentroidSearch<Space>.Solution, _ space: Space, reached: Int?
    ) throws(SegmentationError) -> CentroidModel {
        guard solution.moving == 0 else {
            throw .notConverged(iterations: solution.rounds, change: Double(solution.moving))
        }
        var counts = [Int](repeating: 0, count: method.clusters)
        for point in 0..<points.count { counts[Int(solution.labels[point])] += Int(points.rowCounts[point]) }
        return CentroidModel(
            items: method.items, codes: (1...method.clusters).map { "K\($0)" } + [WeightedKMeans.unclassified],
            scales: scales, centres: solution.centres, minimumAnswered: method.minimumAnswered,
            fit: CentroidModel.Fit(
                objective: solution.objective, totalSquares: totalSquares(), sizes: solution.sizes,
                counts: counts, rounds: solution.rounds, distinctPoints: points.count,
                seed: reached == nil ? nil : method.seed,
                bestReached: reached, starts: reached == nil ? 1 : method.starts))
    }
}
