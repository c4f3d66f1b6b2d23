import Foundation
internal import PeilNumerics
public import PeilTable

/// The area-level model as a survey uses it: on a scale, with smoothed sampling variances, made to add up to the region.
///
/// z = g(y) follows the model of Fay & Herriot (`FayHerriot`); predictions go back as `AreaScale` says, then `benchmark`
/// makes Σ Wᵢθ̂ᵢ/ΣW the region's direct figure. Its shift is Σ wᵢ(yᵢ − θ̂ᵢ) ≈ Σ wᵢh′(ẑᵢ)(1 − γᵢ)(zᵢ − xᵢᵀβ̂), w = W/ΣW,
/// and is uncorrelated with the errors ẑ − ζ of the predictors, so its variance is added to their mean squared errors
/// (for a ratio times (θ̂ᵢ/θ̄)²).  Steorts & Ghosh 2013; Rao & Molina 2015, §6.4.6.
public struct AreaModel: Sendable {
    public var covariates: [AreaCovariate]
    public var method: FayHerriot.Method
    /// The method that takes over where `method` finds no variance between areas; nil: every area is its regression.
    public var whenZero: FayHerriot.Method?
    public var scale: AreaScale
    public var smoothsVariances: Bool
    public var benchmark: Benchmark.Form?

    public init(
        covariates: [AreaCovariate] = [], method: FayHerriot.Method = .restricted,
        whenZero: FayHerriot.Method? = .adjusted, scale: AreaScale = .identity, smoothsVariances: Bool = false,
        benchmark: Benchmark.Form? = nil
    ) {
        self.covariates = covariates
        self.method = method
        self.whenZero = whenZero
        self.scale = scale
        self.smoothsVariances = smoothsVariances
        self.benchmark = benchmark
    }

    /// An area as the design has it.
    public struct Area: Sendable {
        public var name: String
        /// nil without respondents.
        public var direct: Double?
        public var variance: Double?
        /// Kish's; needed for smoothing.
        public var effectiveCount: Double?
        /// Its part in the region's figure; nil: none.
        public var size: Double?

        public init(
            name: String, direct: Double?, variance: Double?, effectiveCount: Double? = nil, size: Double? = nil
        ) {
            self.name = name
            self.direct = direct
            self.variance = variance
            self.effectiveCount = effectiveCount
            self.size = size
        }
    }

    /// - Parameters:
    ///   - threads: threads; the result is the same on any number.
    ///   - areas: areas with their direct estimates.
    ///   - table: the covariates, one row an area in the order of `areas`; nil without covariates.
    ///   - region: the figure of the region, for the benchmark; nil: the weighted mean of the direct estimates.
    ///   - bootstrap: draws of a parametric bootstrap of the mean squared errors.
    /// - Throws: `SmallAreaError`, `TableError`, `EstimationError.collinear`.
    public func fit(
        _ areas: [Area], covariates table: Table? = nil, region: Double? = nil, bootstrap: AreaBootstrap? = nil,
        threads: Int = 1
    ) throws -> AreaModelResult {
        let data = try onScale(areas, table)
        let (used, fit) = try estimated(data)
        let sizes = areas.map(\.size)
        for area in areas { if let size = area.size, !(size >= 0 && size.isFinite) { throw badSize(area.name) } }
        var modelled = data.names.indices.map { ModelledArea(fit.estimate($0, data, used), fit, scale) }
        var factor: Double?
        if let benchmark {
            let wanted = try region ?? Self.mean(areas.map(\.direct), sizes)
            factor = try apply(benchmark, to: &modelled, sizes, wanted, fit, data)
        }
        var discarded = 0
        if let bootstrap {
            let errors = try bootstrap.errors(of: self, fit, data, sizes, threads: threads)
            discarded = errors.discarded
            for index in modelled.indices { modelled[index].bootstrap = errors.of(index) }
        }
        return AreaModelResult(
            data, fit, used, scale, modelled, benchmarkFactor: factor, discardedDraws: discarded)
    }

    /// The fit, by the method that takes over where the asked one finds no variance. The adjusted likelihood falls as
    /// A^(1 − (m − p)/2): with m − p below 3 it has no maximum and cannot take over.
    func estimated(_ data: AreaData) throws -> (FayHerriot.Method, AreaFit) {
        let fit = try AreaFit(data, method)
        guard fit.areaVariance == 0, let whenZero,
            whenZero != .adjusted || data.direct.count - data.matrix.labels.count > 2
        else { return (method, fit) }
        return (whenZero, try AreaFit(data, whenZero))
    }

    private func badSize(_ area: String) -> SmallAreaError {
        .badBenchmark("the size of area '\(area)' is negative or not a number")
    }

    // MARK: Scale

    private func onScale(_ areas: [Area], _ covariateTable: Table?) throws -> AreaData {
        var z: [Double?] = []
        var variances: [Double?] = []
        for area in areas {
            guard let y = area.direct else {
                z.append(nil)
                variances.append(nil)
                continue
            }
            guard let value = scale.forward(y) else { throw SmallAreaError.outsideScale(area: area.name, scale: scale) }
            z.append(value)
            variances.append(area.variance.flatMap { scale.forward(variance: $0, at: y) })
        }
        if smoothsVariances {
            let counts = areas.map { $0.direct == nil ? nil : $0.effectiveCount }
            variances = VarianceSmoothing.smoothed(variances, effectiveCounts: counts)
        }
        var table = covariateTable ?? Table(rowCount: areas.count)
        precondition(table.rowCount == areas.count, "a row of covariates for each area")
        let names = Self.columns(apartFrom: table.names)
        table.set(.numeric(Self.column(z)), for: Variable(name: names.direct))
        table.set(.numeric(Self.column(variances)), for: Variable(name: names.variance))
        table.set(
            .identifier(IdentifierColumn(areas.map { Optional($0.name) })),
            for: Variable(name: names.area))
        return try AreaData(
            FayHerriot(direct: names.direct, variance: names.variance, area: names.area, covariates: covariates),
            table, nil)
    }

    /// Names that no covariate has.
    private static func columns(apartFrom known: [String]) -> (direct: String, variance: String, area: String) {
        func free(_ name: String) -> String {
            var name = name
            while known.contains(name) { name += "_" }
            return name
        }
        return (free("direct estimate"), free("sampling variance"), free("area"))
    }

    private static func column(_ values: [Double?]) -> NumericColumn {
        NumericColumn(
            values: values.map { $0 ?? 0 },
            reasons: values.map { $0 == nil ? MissingReason.notAnswered.rawValue : 0 })
    }

    // MARK: Benchmark

    private func apply(
        _ form: Benchmark.Form, to areas: inout [ModelledArea], _ sizes: [Double?], _ wanted: Double, _ fit: AreaFit,
        _ data: AreaData
    ) throws -> Double {
        let mean = try Self.mean(areas.map(\.estimate), sizes)
        let (values, factor) = try form.adjusted(areas.map(\.estimate), from: mean, to: wanted)
        let total = CompensatedSum.of(sizes.lazy.map { $0 ?? 0 })
        let factors = data.direct.map { index in
            (sizes[index] ?? 0) / total * scale.slope(areas[index].prediction) * (1 - areas[index].shrinkage)
        }
        let spread = fit.varianceOfResiduals(factors, data)
        for index in areas.indices {
            let part = form == .ratio ? areas[index].estimate / mean : 1
            areas[index].benchmarked = ModelledArea.Value(
                estimate: values[index], meanSquaredError: areas[index].meanSquaredError + part * part * spread)
        }
        return factor
    }

    /// Σ Wθ/ΣW over areas that have both.
    static func mean(_ values: [Double?], _ sizes: [Double?]) throws(SmallAreaError) -> Double {
        var (sum, total) = (CompensatedSum(), CompensatedSum())
        for (value, size) in zip(values, sizes) {
            guard let value, let size else { continue }
            sum.add(size * value)
            total.add(size)
        }
        guard total.value > 0 else { throw .badBenchmark("no area has a size") }
        return sum.value / total.value
    }
}
