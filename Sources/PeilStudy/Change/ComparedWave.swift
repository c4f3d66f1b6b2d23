import PeilIngest
import PeilStatistics
import PeilTable

/// A question as it is compared: what is computed of it, and for whom.
struct ComparedQuestion {
    let variable: String
    let isMean: Bool
    /// Codes whose shares are compared.
    let levels: [String]
    private(set) var byArea: Bool
    private(set) var bySegment: Bool

    /// The same for the whole region only.
    var ofRegion: ComparedQuestion {
        var copy = self
        copy.byArea = false
        copy.bySegment = false
        return copy
    }

    /// As the report asks, or, for other questions, by the kind of column in the newest wave.
    init(_ name: String, _ study: Study, in table: Table) throws {
        variable = name
        let asked = study.report.questions.first { $0.variable == name }
        let column = try table.column(name)
        if let asked {
            isMean = asked.statistic == .mean
        } else if case .numeric = column {
            isMean = true
        } else {
            isMean = false
        }
        byArea = asked?.byArea ?? true
        bySegment = asked?.bySegment ?? false
        if isMean {
            levels = []
        } else {
            let all = try table.categories(name).categories.map(\.code)
            levels = asked.map { $0.levels.isEmpty ? all : $0.levels } ?? all
        }
    }
}

/// One prepared wave, from which any question is estimated for any place.
struct ComparedWave {
    let run: StudyRun
    let prepared: StudyRun.Prepared
    private let names: SamplingUnitNames

    /// Whether nothing tells which units took part before.
    static func isUnlinked(_ study: Study) -> Bool {
        study.design.columns.clusters.isEmpty && study.compare.overlap == nil
    }

    init(_ run: StudyRun) throws { try self.init(run, try run.prepare()) }

    init(_ run: StudyRun, _ prepared: StudyRun.Prepared) throws {
        self.run = run
        self.prepared = prepared
        do { names = try Self.names(run.study, prepared) } catch {
            throw Failure(naming: error, file: run.study.path(run.wave.files[0].path))
        }
    }

    /// Clusters tell which units are the same; where every respondent is a unit, people do.
    private static func names(_ study: Study, _ prepared: StudyRun.Prepared) throws -> SamplingUnitNames {
        let columns = study.design.columns
        let table = prepared.table
        let design = prepared.estimation.design
        if let cluster = columns.clusters.first {
            return try SamplingUnitNames(
                design, labels: try table.column(cluster).rowLabels(),
                withinStrata: columns.nested && !columns.strata.isEmpty)
        }
        guard let person = study.compare.overlap?.person, table.has(person) else {
            return try SamplingUnitNames(
                design, labels: [String?](repeating: nil, count: table.rowCount), withinStrata: false)
        }
        return try SamplingUnitNames(design, labels: try table.column(person).rowLabels(), withinStrata: false)
    }

    // MARK: Estimates

    /// nil where the wave cannot say: it did not ask, or sizes of segments by chance are wanted of a part.
    func estimates(
        _ question: ComparedQuestion, _ place: Comparability.Place, codes: [String: String]
    ) throws -> WaveEstimates? {
        let table = prepared.table
        guard table.has(question.variable), let grouping = try grouping(place) else { return nil }
        let column = try table.column(question.variable)
        let asked = (0..<table.rowCount).map { column.reason($0) != .notAsked }
        if question.isMean {
            return try WaveEstimates(
                run.wave.id, prepared.estimation, MeanEstimator([question.variable], of: table), by: grouping,
                in: asked, names: names)
        }
        if question.variable == StudyRun.segmentVariable, let segmentation = prepared.segmentation,
            segmentation.memberships != nil
        {
            return try WaveEstimates(
                run.wave.id, prepared.estimation, SegmentSizeEstimator(segmentation), by: grouping, in: asked,
                names: names)
        }
        let place = Dictionary(question.levels.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
        // Answers at other levels are in the base and count for none.
        let other = Int32(question.levels.count)
        let levels = column.rowLabels().map { label in label.map { place[codes[$0] ?? $0] ?? other } ?? -1 }
        return try WaveEstimates(
            run.wave.id, prepared.estimation,
            ProportionEstimator(question.variable, levels: question.levels, levelOfRow: levels), by: grouping,
            in: asked, names: names)
    }

    /// nil where the study knows no such places, or where being placed is unsure: then a figure by segment needs a
    /// correction that has no covariance between waves.
    private func grouping(_ place: Comparability.Place) throws -> Grouping? {
        let table = prepared.table
        switch place {
        case .region: return .everyone(rowCount: table.rowCount)
        case .areas:
            guard let areas = run.study.areas else { return nil }
            return .cross([(areas.variable, try table.column(areas.variable))])
        case .segments:
            guard let segmentation = prepared.segmentation, segmentation.memberships == nil else { return nil }
            return .cross([(StudyRun.segmentVariable, try table.column(StudyRun.segmentVariable))])
        }
    }

    /// What an area or a segment is called.
    func label(_ code: String, _ place: Comparability.Place) -> String {
        PlaceLabels(study: run.study, table: prepared.table).label(code, place)
    }
}
