import PeilStatistics
import PeilTable

/// The scales of a study in one wave: whether the questions belong together, how high people score, what they have done,
/// and what of their claims is borne out.
public struct StudyScales {
    private let run: StudyRun
    private let prepared: StudyRun.Prepared
    private var study: Study { run.study }

    /// What a reader may ask to see alone.
    public enum Part: String, CaseIterable, Sendable {
        case score, alpha, items, correlations, components, counts, claims
    }

    /// What to show of which scales.
    public struct Options: Sendable {
        /// Empty: all of the study.
        public var scales: [String]
        /// Empty: everything.
        public var parts: [Part]
        public var byArea: Bool
        /// Bootstrap samples of sampling units in which the weighting is repeated; 0 for none.
        public var replicates: Int
        public var seed: UInt64

        public init(
            scales: [String] = [], parts: [Part] = [], byArea: Bool = false, replicates: Int = 0, seed: UInt64 = 1
        ) {
            self.scales = scales
            self.parts = parts
            self.byArea = byArea
            self.replicates = replicates
            self.seed = seed
        }

        func shows(_ part: Part) -> Bool { parts.isEmpty || parts.contains(part) }
    }

    public init(_ run: StudyRun, _ prepared: StudyRun.Prepared) {
        self.run = run
        self.prepared = prepared
    }

    /// What could be computed, and what could not.
    public struct Result: Sendable {
        public let report: ResearchReport
        /// One a scale whose answers cannot be read; it names the scale, exit code 65.
        public let failures: [Failure]
    }

    /// - Throws: `Failure`: 64 for a scale that the study has not, or an alpha of a checklist; 78 for what the study
    ///   declares wrongly.
    public func result(_ options: Options) throws -> Result {
        let scales = try chosen(options)
        let estimation =
            options.replicates > 0
            ? try prepared.bootstrap(run, replicates: options.replicates, seed: options.seed) : prepared.estimation
        var found = Tables()
        var failures: [Failure] = []
        for scale in scales {
            do {
                // All tables of a scale, or none.
                var own = found
                try add(scale, estimation, options, &own)
                found = own
            } catch {
                let failure = Self.failure(error, scale, run)
                guard failure.exitCode == ExitStatus.data else { throw failure }
                failures.append(failure)
                found.findings.append(ScaleFinding(failure, of: scale))
            }
        }
        return Result(report: report(found, estimation, options), failures: failures)
    }

    private func report(_ found: Tables, _ estimation: Estimation, _ options: Options) -> ResearchReport {
        ResearchReport(
            schema: "peil-scales-1",
            source: [
                ("study", .string(study.id)), ("wave", .string(run.wave.id)), ("study_hash", .string(study.hash)),
                ("input_hash", .string(prepared.inputHash)), ("rows", .integer(prepared.table.rowCount)),
                ("variance", .string(estimation.design.replicates == nil ? "linearised" : "replicates"))
            ]
                + (options.replicates > 0
                    ? [("replicates", .integer(options.replicates)), ("seed", .string(String(options.seed)))] : [])
                + estimation.claimFacts,
            notes: notes(found, estimation), tables: found.all(options))
    }

    private func chosen(_ options: Options) throws -> [Study.ScaleRequest] {
        guard !study.scales.isEmpty else {
            throw Failure(
                "MISSING_KEY", "The study declares no scales", file: study.file,
                remedy: "add `scales:` with an id and items each", exitCode: ExitStatus.configuration)
        }
        let known = study.scales.map(\.id)
        if let stranger = options.scales.first(where: { !known.contains($0) }) {
            throw Failure(
                "UNKNOWN_SCALE", "The study has no scale '\(stranger)'", file: study.file,
                remedy: nearestName(to: stranger, among: known).map { "did you mean '\($0)'?" }
                    ?? "scales are: \(known.joined(separator: ", "))", exitCode: ExitStatus.usage)
        }
        let chosen = study.scales.filter { options.scales.isEmpty || options.scales.contains($0.id) }
        if options.parts.contains(.alpha), !options.scales.isEmpty {
            for scale in chosen {
                if case .reflective = scale.content { continue }
                throw Failure(
                    Study.ScaleRequest.checklistCode, "\(Study.ScaleRequest.checklistReason) ('\(scale.id)')",
                    file: study.file, remedy: Study.ScaleRequest.checklistRemedy, exitCode: ExitStatus.usage)
            }
        }
        if options.byArea, study.areas == nil {
            throw Failure(
                "MISSING_KEY", "The study has no areas", file: study.file, remedy: "add `areas: {variable: …}`",
                exitCode: ExitStatus.configuration)
        }
        return chosen
    }

    private func add(
        _ scale: Study.ScaleRequest, _ estimation: Estimation, _ options: Options, _ found: inout Tables
    ) throws {
        let name = inWords(scale.label) ?? scale.id
        let label = { (text: LocalizedText) in inWords(text) ?? "" }
        switch scale.content {
        case .reflective(let request):
            let tables = try ReflectiveTables(scale, request, of: prepared.table, estimation, label: label)
            try found.add(tables, name, options)
            found.findings += request.items.flatMap { ScaleFinding.of($0, tables.reliability, in: scale.id) }
        case .checklist(let items):
            let tables = try ChecklistTables(scale, items, of: prepared.table, estimation, label: label)
            guard options.shows(.counts) else { return }
            let (mean, counts) = try tables.counts(name)
            found.means.append(mean)
            found.counts += counts
            found.checks += try tables.itemRows()
        case .claim(let request):
            let tables = try ClaimTables(scale, request, of: prepared.table, estimation)
            guard options.shows(.claims) else { return }
            found.claims += try tables.rows(name)
            found.crossed += try tables.twoByTwo()
            if options.byArea, let areas = study.areas {
                let grouping = Grouping.cross([(areas.variable, try prepared.table.column(areas.variable))])
                found.areas += try tables.areas(grouping, label: areaLabel)
            }
        }
    }

    private func notes(_ found: Tables, _ estimation: Estimation) -> [String] {
        var notes = found.findings.map { "\($0.code): \($0.message)." }
        if !found.reliability.isEmpty || !found.items.isEmpty {
            notes.append(
                "Items count from 0 (least) to 100 (most), turned where the direction says so, before they are averaged. "
                    + "Alpha and all that stands with it is of people who answered every item; the score of all who answered enough."
            )
        }
        if let note = estimation.claimNote { notes.append(note) }
        return notes
    }

    private func inWords(_ text: LocalizedText) -> String? { text.text(in: study.language) ?? text.text(in: "") }

    private func areaLabel(_ code: String) -> String {
        guard let areas = study.areas, case .categorical(let column)? = try? prepared.table.column(areas.variable),
            let label = column.categories.first(where: { $0.code == code })?.label
        else { return code }
        return inWords(label) ?? code
    }

    // MARK: Errors

    /// Reads the answers of a checklist or a claim, for what that may throw.
    static func check(_ scale: Study.ScaleRequest, _ table: Table) throws {
        switch scale.content {
        case .reflective: break
        case .checklist(let items): for item in items { _ = try item.done.column(of: table) }
        case .claim(let claim):
            _ = try claim.claimed.column(of: table)
            _ = try claim.verified.column(of: table)
        }
    }

    /// The error with the scale's name; what the study declares wrongly stands in the study's file.
    static func failure(_ error: any Error, _ scale: Study.ScaleRequest, _ run: StudyRun) -> Failure {
        let named = Failure(naming: error, file: run.study.path(run.wave.files[0].path))
        let isDeclared = named.exitCode == ExitStatus.configuration
        return Failure(
            named.code, "Scale '\(scale.id)': \(named.message)", file: isDeclared ? run.study.file : named.file,
            line: isDeclared ? scale.line : named.line, remedy: named.remedy, exitCode: named.exitCode)
    }

    // MARK: Tables

    private struct Tables {
        var scores: [[ResearchReport.Cell]] = []
        var reliability: [[ResearchReport.Cell]] = []
        var items: [[ResearchReport.Cell]] = []
        var correlations: [[ResearchReport.Cell]] = []
        var components: [[ResearchReport.Cell]] = []
        var loadings: [[ResearchReport.Cell]] = []
        var means: [[ResearchReport.Cell]] = []
        var counts: [[ResearchReport.Cell]] = []
        var checks: [[ResearchReport.Cell]] = []
        var claims: [[ResearchReport.Cell]] = []
        var crossed: [[ResearchReport.Cell]] = []
        var areas: [[ResearchReport.Cell]] = []
        var findings: [ScaleFinding] = []

        mutating func add(_ tables: ReflectiveTables, _ name: String, _ options: Options) throws {
            if options.shows(.score) { scores.append(try tables.score(name)) }
            if options.shows(.alpha) { reliability.append(tables.reliabilityRow()) }
            if options.shows(.items) { items += try tables.items() }
            if options.shows(.correlations) { correlations += try tables.correlations() }
            if options.shows(.components) {
                let (own, ownLoadings) = try tables.components()
                components += own
                loadings += ownLoadings
            }
        }

        func all(_ options: Options) -> [ResearchReport.Table] {
            let tables = [
                ResearchReport.Table(
                    "scores", "Scores from 0 to 100, of people who answered enough", ReflectiveTables.scoreColumns,
                    scores),
                ResearchReport.Table(
                    "reliability", "Do the questions belong together: of two, Spearman and Brown's coefficient leads",
                    ReflectiveTables.reliabilityColumns, reliability),
                ResearchReport.Table(
                    "items", "Items, and the correlation of each with the sum of the others",
                    ReflectiveTables.itemColumns, items),
                ResearchReport.Table(
                    "correlations", "Correlations between items", ReflectiveTables.correlationColumns, correlations),
                ResearchReport.Table(
                    "components",
                    "Components of the correlations: one dimension is plausible where only the first exceeds 1",
                    ReflectiveTables.componentColumns, components),
                ResearchReport.Table(
                    "loadings", "What items have to do with components", ReflectiveTables.loadingColumns, loadings),
                ResearchReport.Table(
                    "checklists", "Things done, of people who answered for each", ChecklistTables.meanColumns, means),
                ResearchReport.Table(
                    "counts", "How many things people have done", ChecklistTables.countColumns, counts),
                ResearchReport.Table("checks", "Which things", ChecklistTables.itemColumns, checks),
                ResearchReport.Table(
                    "claims", "Claimed and borne out, of people who answered both questions", ClaimTables.claimColumns,
                    claims),
                ResearchReport.Table(
                    "claim_table", "Claimed by borne out", ClaimTables.tableColumns, crossed),
                ResearchReport.Table(
                    "claim_areas",
                    "Claims by area; p adjusted over the areas; from_others: share of claims that fail, minus that of all others",
                    ClaimTables.areaColumns, areas)
            ]
            let findings = ResearchReport.Table(
                "findings", "Findings", [.text("class"), .text("scale"), .text("item"), .text("action")],
                findings.map {
                    [.text($0.code), .text($0.scale), .text($0.item), .text($0.holds ? "hold" : "note")]
                })
            return tables.filter { !$0.rows.isEmpty } + [findings]
        }
    }
}

extension StudyRun.Prepared {
    /// Estimation over bootstrap samples of sampling units, in each of which the weighting is repeated.
    /// Rao & Wu 1988; Rao, Yung & Hidiroglou 2002.
    func bootstrap(_ run: StudyRun, replicates: Int, seed: UInt64) throws -> Estimation {
        var request = run.study.designOfItsBasis
        // A bootstrap within strata has no form for strata that borrow from others; lonely ones then vary nothing.
        if request.lonelyPSU == .adjust || request.lonelyPSU == .average { request.lonelyPSU = .remove }
        do {
            let made = try ReplicateMaker(
                .raoWuBootstrap(replicates: replicates, seed: seed), lonelyPSU: request.lonelyPSU
            ).replicates(of: weights.base)
            let design = try weights.steps.reportingDrift.apply(
                to: weights.base.replicated(made), threads: run.threads, boundsHoldPerCopy: true
            ).design
            return request.estimation(design, threads: run.threads)
        } catch { throw Failure(naming: error, file: run.study.path(run.wave.files[0].path)) }
    }
}
