public import PeilStatistics
import PeilTable

/// The small areas of a study: for every indicator and area the ladder from the direct estimate to the model, and which
/// estimate leads by the rule of the study.
public struct AreaEstimates {
    private let run: StudyRun
    private let prepared: StudyRun.Prepared
    private let variable: String
    private let request: SmallAreaRequest
    private var study: Study { run.study }

    public struct Options: Sendable {
        /// Empty: those of the study, or else the key figures of its report.
        public var indicators: [String]
        public var bootstrap: AreaBootstrap?

        public init(indicators: [String] = [], bootstrap: AreaBootstrap? = nil) {
            self.indicators = indicators
            self.bootstrap = bootstrap
        }
    }

    public struct Result {
        public let report: ResearchReport
        public let plot: AreaPlot
        /// Models that cannot be: what did not need them is in the report all the same.
        public let failures: [Failure]
    }

    public init(_ run: StudyRun, _ prepared: StudyRun.Prepared) throws {
        let (areas, request) = try run.study.requiredAreas()
        self.run = run
        self.prepared = prepared
        self.request = request
        variable = areas.variable
    }

    public func result(_ options: Options = Options()) throws -> Result {
        let indicators = try indicators(options.indicators)
        do {
            let ladders = try indicators.map { try ladder($0, options.bootstrap) }
            let tables = AreaTables(
                study: study, request: request, ladders: ladders, label: label, bootstrap: options.bootstrap)
            return Result(
                report: tables.report(run, prepared), plot: AreaPlot(ladders, label: label),
                failures: ladders.compactMap(\.failure))
        } catch { throw Failure(naming: error, file: study.path(run.wave.files[0].path)) }
    }

    private func indicators(_ names: [String]) throws -> [SmallAreaRequest.Indicator] {
        let asked = names.map { SmallAreaRequest.Indicator($0) }
        if let twice = asked.indices.first(where: { asked[..<$0].contains(asked[$0]) }) {
            throw Failure(
                "USAGE", "'\(asked[twice].name)' is named twice", file: study.file,
                remedy: "name each indicator once", exitCode: ExitStatus.usage)
        }
        let declared = request.indicators.isEmpty ? IndicatorColumns.keyFigures(study) : request.indicators
        let chosen = asked.isEmpty ? declared : asked
        guard !chosen.isEmpty else {
            throw Failure(
                "MISSING_KEY", "The study names no indicators and has no key figures", file: study.file,
                remedy: "add areas › small_areas › indicators, or --indicator", exitCode: ExitStatus.configuration)
        }
        try study.refuseIdentifiers(
            chosen.map(\.question), key: asked.isEmpty ? "areas › small_areas" : "--indicator")
        return chosen
    }

    // MARK: One indicator

    private func ladder(_ indicator: SmallAreaRequest.Indicator, _ bootstrap: AreaBootstrap?) throws -> AreaLadder {
        var ladder = try DirectAreas(prepared: prepared, variable: variable, request: request).ladder(indicator)
        try checkFiles(ladder)
        let composites = CompositeEstimate.of(
            direct: ladder.areas.map { $0.direct?.estimate }, variances: ladder.areas.map(\.variance),
            synthetic: ladder.areas.map(\.synthetic))
        for index in ladder.areas.indices { ladder.areas[index].composite = composites[index] }
        do { try addModel(to: &ladder, bootstrap) } catch {
            // Covariates that follow from each other are wrong for every indicator.
            if error is EstimationError { throw Failure(naming: error, file: study.file) }
            ladder.failure =
                AreaModelFailure(error: error, ladder: ladder, request: request, file: study.file).failure
        }
        choose(&ladder)
        return ladder
    }

    /// Every area of the sample stands in the covariates, and every one with answers in the standard. An area that only
    /// the covariates know may be unknown to the standard: nobody lives there by what the study says.
    private func checkFiles(_ ladder: AreaLadder) throws {
        let answered = ladder.areas.filter { $0.direct != nil }
        let files = [
            request.covariates.map { ($0.file, $0.areas, ladder.areas) },
            request.standard.map { ($0.file, $0.areas, answered) }
        ].compactMap { $0 }
        for (file, areas, needed) in files {
            let known = Set(areas)
            guard let missing = needed.first(where: { !known.contains($0.code) }) else { continue }
            throw Failure(
                "AREA_NOT_IN_FILE", "The sample has area '\(missing.code)', and the file has no line for it",
                file: study.path(file), remedy: "add the area to the file", exitCode: ExitStatus.configuration)
        }
    }

    private func addModel(to ladder: inout AreaLadder, _ bootstrap: AreaBootstrap?) throws {
        var model = request.model
        // Only a share has a scale of its own.
        if ladder.indicator.level == nil { model.scale = .identity }
        let areas = ladder.areas.map { area in
            AreaModel.Area(
                name: area.code, direct: area.direct?.estimate, variance: area.variance,
                effectiveCount: area.effectiveCount, size: area.size)
        }
        let result = try model.fit(
            areas, covariates: covariates(of: areas), region: ladder.region.estimate, bootstrap: bootstrap,
            threads: run.threads)
        ladder.model = result
        for (index, area) in result.areas.enumerated() {
            ladder.areas[index].modelled = area
            ladder.areas[index].modelInterval = result.interval(area, level: DirectAreas.level)
        }
    }

    /// The lines of the covariate file in the order of the areas.
    private func covariates(of areas: [AreaModel.Area]) -> Table? {
        guard let covariates = request.covariates else { return nil }
        let place = Dictionary(uniqueKeysWithValues: covariates.areas.enumerated().map { ($1, $0) })
        return covariates.table.selecting(rows: areas.compactMap { place[$0.name] })
    }

    private func choose(_ ladder: inout AreaLadder) {
        for index in ladder.areas.indices {
            let area = ladder.areas[index]
            let (rung, reason) = request.rule.choose(
                LeadRule.Facts(
                    hasDirect: area.direct != nil, count: area.count, variation: area.variation, model: ladder.model,
                    residual: area.modelled?.residual))
            let value: AreaLadder.Value? =
                switch rung {
                case .direct: area.direct
                case .model, .synthetic: area.modelValue
                case .none: nil
                }
            ladder.areas[index].lead = AreaLadder.Lead(rung: rung, reason: reason, value: value)
        }
    }

    private func label(_ code: String) -> String {
        guard case .categorical(let column)? = try? prepared.table.column(variable),
            let text = column.categories.first(where: { $0.code == code })?.label
        else { return code }
        return text.text(in: study.language) ?? text.text(in: "") ?? code
    }
}

extension AreaLadder.Area {
    /// What the model says, benchmarked where the study asks for that.
    var modelValue: AreaLadder.Value? {
        modelled.map {
            AreaLadder.Value(
                estimate: $0.shown.estimate, standardError: Self.root($0.shown.meanSquaredError),
                interval: modelInterval)
        }
    }

    static func root(_ value: Double) -> Double? { value >= 0 && value.isFinite ? value.squareRoot() : nil }
}
