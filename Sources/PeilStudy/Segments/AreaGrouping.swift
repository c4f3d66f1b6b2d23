import PeilNumerics
import PeilStatistics
import PeilTable

/// Groups of areas whose estimates are alike: the other meaning of segment. Nothing is said of people here.
public struct AreaGrouping {
    private let run: StudyRun
    private let prepared: StudyRun.Prepared
    private let variable: String
    private var study: Study { run.study }

    public init(_ run: StudyRun, _ prepared: StudyRun.Prepared) throws {
        guard let areas = run.study.areas else {
            throw Failure(
                "MISSING_KEY", "The study has no areas", file: run.study.file,
                remedy: "add `areas: {variable: …}`", exitCode: ExitStatus.configuration)
        }
        self.run = run
        self.prepared = prepared
        variable = areas.variable
    }

    /// - Parameters:
    ///   - questions: `question` for a mean or `question=answer` for a share; empty: the key figures of the report.
    ///   - groups: nil: where the tree leaps most.
    ///   - draws: samples drawn from the estimates' errors.
    ///   - seed: of the draws.
    public func report(_ questions: [String], groups: Int?, draws: Int, seed: UInt64) throws -> ResearchReport {
        try study.refuseIdentifiers(
            questions.map { String($0.prefix { $0 != "=" }) }, key: "--questions")
        if let twice = questions.indices.first(where: { questions[..<$0].contains(questions[$0]) }) {
            throw Failure(
                "USAGE", "'\(questions[twice])' is named twice", file: study.file, remedy: "name each indicator once",
                exitCode: ExitStatus.usage)
        }
        do { return try grouped(questions, groups, draws, seed) } catch {
            throw Failure(naming: error, file: study.path(run.wave.files[0].path))
        }
    }

    private func grouped(_ questions: [String], _ groups: Int?, _ draws: Int, _ seed: UInt64) throws -> ResearchReport {
        let (indicators, names) = try indicators(questions)
        let grouping = Grouping.cross([(variable, try prepared.table.column(variable))])
        let estimates = try prepared.estimation.estimate(
            MeanEstimator(names, of: indicators), by: grouping, wishes: Estimation.Wishes(covariance: true))
        guard let covariance = estimates.covariance else {
            throw Failure(
                "NO_VARIANCE", "These estimates have no covariance", file: study.file,
                remedy: "a panel needs weighting before margins can be given", exitCode: ExitStatus.data)
        }
        var values = DenseMatrix(rows: grouping.count, columns: names.count)
        for area in 0..<grouping.count {
            let own = try estimates.outcomes[area].get()
            for place in names.indices { values[area, place] = own[place] }
        }
        let areas = grouping.keys.map { $0[0] }
        let found = try AreaClusters(groups: groups, draws: draws, seed: seed).cluster(
            areas: areas, indicators: names, estimates: values, covariance: covariance, threads: run.threads)
        return report(found, values)
    }

    /// One column an indicator, 0 and 1 for an answer.
    private func indicators(_ questions: [String]) throws -> (table: Table, names: [String]) {
        let asked =
            questions.isEmpty
            ? IndicatorColumns.keyFigures(study) : questions.map { SmallAreaRequest.Indicator($0) }
        return (try IndicatorColumns.table(asked, of: prepared.table), asked.map(\.name))
    }

    // MARK: Report

    private func report(_ found: AreaGroups, _ values: DenseMatrix) -> ResearchReport {
        let names = found.scales.map(\.indicator)
        let why =
            found.choice.isGiven
            ? "\(found.choice.groups) groups, as asked."
            : "\(found.choice.groups) groups: there the height of the tree leaps most"
                + (found.choice.leap.map { " (\(SignificantDigits.text($0, 3)) times)." } ?? ".")
        var notes = ["Groups of areas, not of people. \(why)"]
        if found.isDescriptive {
            notes.append(
                "With \(found.areas.count) areas this describes which are alike; it is no finding about kinds of areas."
            )
        }
        let noisy = found.scales.filter(\.isMostlyNoise).map(\.indicator)
        if !noisy.isEmpty {
            notes.append("More than half of the differences in \(noisy.joined(separator: ", ")) is sampling error.")
        }
        return ResearchReport(
            schema: "peil-area-groups-1",
            source: [
                ("study", .string(study.id)), ("wave", .string(run.wave.id)), ("study_hash", .string(study.hash)),
                ("input_hash", .string(prepared.inputHash)), ("means", "areas"), ("draws", .integer(found.draws)),
                ("seed", .string(String(found.seed)))
            ], notes: notes, tables: [areas(found, values, names), scales(found), together(found)])
    }

    private func areas(_ found: AreaGroups, _ values: DenseMatrix, _ names: [String]) -> ResearchReport.Table {
        let order = found.areas.indices.sorted {
            (found.groupOfArea[$0], $0) < (found.groupOfArea[$1], $1)
        }
        return ResearchReport.Table(
            "areas", "Areas by group; sure: share of draws from the sampling error in which the area is in its group",
            [.number("group"), .text("area"), .text("label"), .number("sure")] + names.map { .number($0) },
            order.map { area in
                [
                    .integer(found.groupOfArea[area] + 1), .text(found.areas[area]), .text(label(found.areas[area])),
                    found.draws > 0 ? .share(found.sureness[area]) : .share(nil)
                ] + names.indices.map { .number(values[area, $0]) }
            })
    }

    private func scales(_ found: AreaGroups) -> ResearchReport.Table {
        ResearchReport.Table(
            "indicators", "What the areas were compared on",
            [.text("indicator"), .number("spread"), .number("reliability")],
            found.scales.map { [.text($0.indicator), .number($0.spread), .share($0.reliability)] })
    }

    private func together(_ found: AreaGroups) -> ResearchReport.Table {
        guard found.draws > 0 else { return ResearchReport.Table("together", "", [.text("area")], []) }
        return ResearchReport.Table(
            "together", "Share of draws in which two areas are in one group",
            [.text("area")] + found.areas.map { .number($0) },
            found.areas.indices.map { area in
                [.text(found.areas[area])] + found.areas.indices.map { .share(found.together[area, $0]) }
            })
    }

    private func label(_ code: String) -> String { PlaceLabels(study: study, table: prepared.table).area(code) }
}
