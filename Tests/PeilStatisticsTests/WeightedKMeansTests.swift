import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Weighted k-means")
struct WeightedKMeansTests {
    private static func method(
        _ data: KnownSegments, clusters: Int = 3, starts: Int = 12, minimum: Int = 1, standardised: Bool = true,
        from centres: [[Double]]? = nil
    ) throws -> WeightedKMeans {
        try WeightedKMeans(
            items: data.items, clusters: clusters, starts: starts, minimumAnswered: minimum, seed: 9,
            isStandardised: standardised, initialCentres: centres)
    }

    // MARK: Laws

    @Test("The laws of segmentations hold for answers of few kinds, which go by tables")
    func lawsForAnswers() throws {
        let data = KnownSegments.answers(rows: 400, items: 7, segments: 3, seed: 4)
        let method = try Self.method(data, minimum: 5)
        let laws = SegmentationConformance(data.table, weights: data.weights, tolerance: 1e-12)
        try laws.check(method, refitTolerance: 0) { $0.centres.flatMap { $0 } + $0.fit.sizes }
    }

    @Test("The laws of segmentations hold for numbers of any kind")
    func lawsForNumbers() throws {
        let data = KnownSegments.numbers(rows: 300, items: 4, segments: 3, seed: 5)
        let method = try Self.method(data, minimum: 3)
        let laws = SegmentationConformance(data.table, weights: data.weights, tolerance: 1e-12)
        try laws.check(method, refitTolerance: 0) { $0.centres.flatMap { $0 } + $0.fit.sizes }
    }

    // MARK: Against the plain algorithm

    static let shapes: [(rows: Int, items: Int, clusters: Int)] = [
        (400, 3, 2), (500, 5, 5), (500, 7, 8), (500, 6, 9), (600, 4, 19)
    ]

    @Test("Tables and bounds change no one's cluster: Lloyd's algorithm in its plainest form", arguments: shapes)
    func plainLloydOnAnswers(rows: Int, items: Int, clusters: Int) throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let data = KnownSegments.answers(rows: rows, items: items, segments: 4, seed: seed)
            try Self.compareWithPlainLloyd(data, clusters, seed)
        }
    }

    @Test("The same for numbers of any kind", arguments: shapes)
    func plainLloydOnNumbers(rows: Int, items: Int, clusters: Int) throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let data = KnownSegments.numbers(rows: rows, items: items, segments: 4, seed: seed)
            try Self.compareWithPlainLloyd(data, clusters, seed)
        }
    }

    private static func compareWithPlainLloyd(_ data: KnownSegments, _ clusters: Int, _ seed: UInt64) throws {
        var random = StableRandom(seed: seed)
        let points = try data.complete(standardised: true)
        let start = random.sample(clusters, from: points.count).map { row in
            // Off the lattice of the answers, so that no point lies as near to one centre as to another.
            points[row].map { $0 + 0.01 * random.normal() }
        }
        let method = try Self.method(data, clusters: clusters, minimum: data.items.count, from: start)
        let model = try method.fit(data.complete, weights: data.completeWeights)
        let plain = PlainLloyd(points, data.completeWeights, start)
        #expect(try model.score(data.complete).codeOfRow.map { Int($0) } == plain.labels)
        for (found, expected) in zip(model.centres.joined(), plain.centres.joined()) {
            expectClose(found, expected, absolute: 1e-12, source: "PlainLloyd below")
        }
        expectClose(model.fit.objective, plain.objective, relative: 1e-12, source: "PlainLloyd below")
        #expect(model.fit.counts == (0..<clusters).map { cluster in plain.labels.count { $0 == cluster } })
    }

    @Test("scikit-learn from the same centres", arguments: KMeansReference.all)
    func scikitLearn(reference: KMeansReference) throws {
        let data = KnownSegments.formula(rows: 250)
        let start = reference.startRows.enumerated().map { place, row in
            data.values.enumerated().map { axis, column in
                (column[row] ?? 0) + 0.0137 * Double(place + 1) + 0.0071 * Double(axis * (place + 2))
            }
        }
        let model = try Self.method(
            data, clusters: start.count, minimum: data.items.count, standardised: false, from: start
        ).fit(data.table, weights: data.weights)
        let source = "scikit-learn 1.9.1, KMeans(init, tol=0).fit(sample_weight); Scripts/golden/kmeans.py"
        expectClose(model.fit.objective, reference.objective, relative: 1e-11, source: source)
        #expect(model.fit.counts == reference.counts)
        for (found, expected) in zip(model.centres.joined(), reference.centres.joined()) {
            expectClose(found, expected, relative: 1e-11, absolute: 1e-12, source: source)
        }
    }

    // MARK: Results

    @Test("Clouds that lie apart are found, named by falling size")
    func clouds() throws {
        let data = KnownSegments.numbers(rows: 600, items: 4, segments: 3, seed: 2)
        let fit = try Self.method(data).fit(data.table, weights: data.weights)
        let segments = try fit.score(data.table)
        let wrong = data.truth.indices.count { Int(segments.codeOfRow[$0]) != data.truth[$0] }
        #expect(wrong <= 12, "segments have sizes 3 : 2 : 1; one answer alone may mislead")
        #expect(fit.codes == ["K1", "K2", "K3", "S0"])
        #expect(fit.fit.sizes == fit.fit.sizes.sorted(by: >))
    }

    @Test("Total and explained squares, sizes and counts add up")
    func facts() throws {
        let data = KnownSegments.answers(rows: 400, items: 5, segments: 3, seed: 8)
        let model = try Self.method(data, minimum: 5).fit(data.complete, weights: data.completeWeights)
        let total = data.completeWeights.reduce(0, +)
        expectClose(model.fit.totalSquares, 5 * total, relative: 1e-12, source: "Σw · items of variance 1")
        expectClose(model.fit.sizes.reduce(0, +), total, relative: 1e-12, source: "Σw")
        #expect(model.fit.counts.reduce(0, +) == data.completeWeights.count)
        #expect(model.fit.explained > 0.4 && model.fit.explained < 1)
        #expect(model.fit.seed == 9 && model.fit.starts == 12)
        let reached = try #require(model.fit.bestReached)
        #expect((1...12).contains(reached))
        #expect(try model.score(data.complete).bestReached?.by == reached)
    }

    @Test("More starts are never worse")
    func starts() throws {
        let data = KnownSegments.answers(rows: 500, items: 6, segments: 6, seed: 3)
        let objectives = try [1, 4, 20].map { starts in
            try Self.method(data, clusters: 6, starts: starts).fit(data.table, weights: data.weights).fit.objective
        }
        #expect(objectives[1] <= objectives[0] * (1 + 1e-12) && objectives[2] <= objectives[1] * (1 + 1e-12))
    }

    @Test("Absent answers stand at the mean, and too few answers place nobody")
    func absent() throws {
        let table = Table.of(numbers: [
            "a": [1, 1, 9, 9, nil, nil], "b": [2, 2, 8, 8, 8, nil]
        ])
        let model = try WeightedKMeans(
            items: ["a", "b"], clusters: 2, minimumAnswered: 1, seed: 1, isStandardised: false
        ).fit(table, weights: [1, 1, 1, 1, 1, 1])
        let segments = try model.score(table)
        #expect(segments.codeOfRow == [1, 1, 0, 0, 0, 2])
        expectClose(model.centres[0][0], 23.0 / 3, relative: 1e-15, source: "(9 + 9 + mean 5) / 3")
        #expect(model.scales[0].mean == 5)
    }

    @Test("A refit follows the answers when everybody's move")
    func refit() throws {
        let data = KnownSegments.answers(rows: 400, items: 6, segments: 3, seed: 6)
        let method = try Self.method(data)
        let model = try method.fit(data.table, weights: data.weights)
        let moved = data.mapped { 3 * $0 + 10 }
        let again = try method.refit(moved.table, weights: data.weights, from: model)
        #expect(try again.score(moved.table).codeOfRow == model.score(data.table).codeOfRow)
        #expect(again.fit.seed == nil && again.fit.bestReached == nil)
    }

    @Test("No cluster stays empty: a start from which all but one are")
    func emptyClusters() throws {
        for data in [
            KnownSegments.answers(rows: 300, items: 4, segments: 3, seed: 1),
            KnownSegments.numbers(rows: 300, items: 4, segments: 3, seed: 1)
        ] {
            let start = [[0, 0, 0, 0], [90, 90, 90, 90], [91, 90, 90, 90], [92, 90, 90, 90]] as [[Double]]
            let model = try Self.method(data, clusters: 4, from: start).fit(data.table, weights: data.weights)
            #expect(model.fit.counts.allSatisfy { $0 > 0 })
            #expect(model.fit.explained > 0.3)
        }
    }

    @Test("Points between two centres belong to the first, in the fit and when scored")
    func ties() throws {
        let table = Table.of(numbers: ["a": [-1, 0, 1, -1, 1], "b": [0, 0, 0, 0, 0.5]])
        let method = try WeightedKMeans(
            items: ["a", "b"], clusters: 2, starts: 30, minimumAnswered: 2, seed: 3, isStandardised: false)
        for weights in [[1, 1, 1, 1, 1], [5, 1, 1, 1, 7], [1, 3, 9, 1, 1]] as [[Double]] {
            let model = try method.fit(table, weights: weights)
            let codes = try model.score(table).codeOfRow
            let sizes = (0..<2).map { code in zip(codes, weights).reduce(0) { $0 + ($1.0 == code ? $1.1 : 0) } }
            #expect(model.fit.sizes == sizes, "who is scored into a segment was counted there")
        }
    }

    // MARK: What cannot be

    @Test("Numbers at the edge of what can be computed with end in an answer or an error, never in a crash")
    func extremes() throws {
        let columns: [[Double?]] = [
            [0, 1e-300, 1, 1], [1e300, -1e300, 1, 2], [1e155, 2e155, 3, 4],
            [.leastNonzeroMagnitude, 3 * .leastNonzeroMagnitude, 0, 7],
            [1e-200, 2e-200, 3e-200, 0]
        ]
        for column in columns {
            for standardised in [false, true] {
                let method = try WeightedKMeans(
                    items: ["a"], clusters: 3, starts: 3, minimumAnswered: 1, seed: 1, isStandardised: standardised)
                for weights in [[1, 1, 1, 1], [1e-80, 1, 1e80, 1], [1e300, 1e300, 1e300, 1]] as [[Double]] {
                    do {
                        let model = try method.fit(.of(numbers: ["a": column]), weights: weights)
                        #expect(model.fit.objective.isFinite && model.centres.joined().allSatisfy(\.isFinite))
                    } catch is SegmentationError {}
                }
            }
        }
    }

    @Test("A refit from a model of other items or segments is refused")
    func otherModel() throws {
        let data = KnownSegments.answers(rows: 200, items: 4, segments: 3, seed: 1)
        let model = try Self.method(data).fit(data.table, weights: data.weights)
        let others = [
            try Self.method(data, clusters: 4),
            try WeightedKMeans(items: ["q1", "q0", "q2", "q3"], clusters: 3, minimumAnswered: 1, seed: 1)
        ]
        for other in others {
            #expect(throws: SegmentationError.self) {
                try other.refit(data.table, weights: data.weights, from: model)
            }
        }
    }

    @Test("What cannot be clustered is refused")
    func errors() throws {
        func fit(_ a: [Double?], _ b: [Double?], _ weights: [Double]) throws {
            _ = try WeightedKMeans(items: ["a", "b"], clusters: 3, minimumAnswered: 1, seed: 9)
                .fit(.of(numbers: ["a": a, "b": b]), weights: weights)
        }
        #expect(throws: SegmentationError.noInputs) {
            try WeightedKMeans(items: [], clusters: 2, minimumAnswered: 1, seed: 1)
        }
        for (clusters, starts, minimum) in [(1, 1, 1), (2, 0, 1), (1001, 1, 1), (2, 1, 0), (2, 1, 2)] {
            #expect(throws: SegmentationError.self) {
                try WeightedKMeans(
                    items: ["a"], clusters: clusters, starts: starts, minimumAnswered: minimum, seed: 1)
            }
        }
        #expect(throws: SegmentationError.self) {
            try WeightedKMeans(
                items: ["a"], clusters: 2, minimumAnswered: 1, seed: 1, initialCentres: [[1], [2, 3]])
        }
        #expect(throws: SegmentationError.constantInput("b")) { try fit([1, 2, 3], [4, 4, 4], [1, 1, 1]) }
        #expect(throws: SegmentationError.constantInput("b")) { try fit([1, 2, 3], [nil, nil, nil], [1, 1, 1]) }
        #expect(throws: SegmentationError.constantInput("b")) { try fit([1, 2, 3, 5], [4, 4, 4, 5], [1, 1, 1, 0]) }
        #expect(throws: SegmentationError.tooFewDistinctPoints(wanted: 3, found: 2)) {
            try fit([1, 2, 1, 2], [4, 5, 4, 5], [1, 1, 1, 1])
        }
        #expect(throws: SegmentationError.nobodyPlaced) { try fit([nil, nil], [nil, nil], [1, 1]) }
        #expect(throws: SegmentationError.notFinite(item: "a")) { try fit([1, .infinity, 3], [1, 2, 3], [1, 1, 1]) }
        #expect(throws: SegmentationError.badWeight(row: 1)) { try fit([1, 2, 3], [1, 2, 4], [1, -1, 1]) }
    }
}

/// Lloyd's algorithm as anybody would write it first.
private struct PlainLloyd {
    var labels: [Int]
    var centres: [[Double]]
    var objective = 0.0

    init(_ points: [[Double]], _ weights: [Double], _ start: [[Double]]) {
        func square(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        centres = start
        labels = []
        while true {
            let nearest = points.map { point in
                let squares = centres.map { square(point, $0) }
                return squares.indices.min { squares[$0] < squares[$1] } ?? 0
            }
            if nearest == labels { break }
            labels = nearest
            move(points, weights)
            // Who has nobody takes the one who costs most where he is.
            for cluster in centres.indices where !labels.contains(cluster) {
                let costs = points.indices.map { weights[$0] * square(points[$0], centres[labels[$0]]) }
                labels[costs.indices.max { costs[$0] < costs[$1] } ?? 0] = cluster
                move(points, weights)
            }
        }
        for row in points.indices { objective += weights[row] * square(points[row], centres[labels[row]]) }
    }

    private mutating func move(_ points: [[Double]], _ weights: [Double]) {
        for cluster in centres.indices {
            let own = points.indices.filter { labels[$0] == cluster }
            let total = own.reduce(0) { $0 + weights[$1] }
            guard total > 0 else { continue }
            centres[cluster] = centres[cluster].indices.map { axis in
                own.reduce(0) { $0 + weights[$1] * points[$1][axis] } / total
            }
        }
    }
}
