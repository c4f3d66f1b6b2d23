import PeilIngest
import PeilStatistics
import PeilTable

/// Reads areas › small_areas and the files that it names.
struct SmallAreaReader {
    private let section: Section
    /// The column of areas.
    private let variable: String
    private let codebook: Codebook
    private let folder: String

    static let keys = [
        "indicators", "covariates", "standardise", "method", "scale", "smooth_variances", "when_zero", "benchmark",
        "lead"
    ]

    /// What stands in for the asked method where it finds no variance between areas.
    private enum WhenZero: String, CaseIterable { case adjusted, synthetic }

    private enum BenchmarkWord: String, CaseIterable { case ratio, difference, none }

    /// Methods that a study may ask for; the adjusted likelihood comes in by `when_zero` only.
    private enum Method: String, CaseIterable {
        case restricted = "REML"
        case likelihood = "ML"
        case moments = "FH"

        var method: FayHerriot.Method {
            switch self {
            case .restricted: .restricted
            case .likelihood: .likelihood
            case .moments: .moments
            }
        }
    }

    init(_ section: Section, variable: String, codebook: Codebook, folder: String) throws {
        self.section = section
        self.variable = variable
        self.codebook = codebook
        self.folder = folder
        try section.allow(Self.keys)
    }

    func request() throws -> SmallAreaRequest {
        var request = SmallAreaRequest()
        request.isDeclared = true
        request.indicators = try indicators()
        request.model = try model()
        request.rule = try rule()
        if let own = try section.optionalSection("standardise") {
            let (standard, texts) = try standard(own)
            request.standard = standard
            request.texts += texts
        }
        if let own = try section.optionalSection("covariates") {
            let (covariates, text) = try covariates(own)
            request.covariates = covariates
            request.model.covariates = covariates.columns
            request.texts.append(text)
        }
        return request
    }

    private func indicators() throws -> [SmallAreaRequest.Indicator] {
        var seen = Set<String>()
        return try section.sections("indicators", optional: true).map { own in
            try own.allow(["question", "level"])
            let indicator = SmallAreaRequest.Indicator(
                question: try own.text("question"), level: try own.optionalText("level"))
            guard seen.insert(indicator.name).inserted else {
                throw own.fail("question", "an indicator that is named once", remedy: "take one of them out")
            }
            return indicator
        }
    }

    private func model() throws -> AreaModel {
        let zero: WhenZero = try section.choice("when_zero", default: .adjusted)
        let benchmark: BenchmarkWord = try section.choice("benchmark", default: .ratio)
        let method: Method = try section.choice("method", default: .restricted)
        return AreaModel(
            method: method.method, whenZero: zero == .adjusted ? .adjusted : nil,
            scale: try section.choice("scale", default: AreaScale.identity),
            smoothsVariances: try section.flag("smooth_variances", default: false),
            benchmark: Benchmark.Form(rawValue: benchmark.rawValue))
    }

    private func rule() throws -> LeadRule {
        let defaults = LeadRule()
        guard let own = try section.optionalSection("lead") else { return defaults }
        try own.allow(["minimum_areas", "maximum_cv", "minimum_base", "maximum_residual"])
        func positive(_ key: String, _ fallback: Double) throws -> Double {
            let value = try own.number(key, default: fallback)
            guard value > 0 else { throw own.fail(key, "a number above 0") }
            return value
        }
        func count(_ key: String, _ fallback: Int) throws -> Int {
            let value = try own.integer(key, default: fallback)
            guard value >= 0 else { throw own.fail(key, "0 or more") }
            return value
        }
        return LeadRule(
            minimumAreas: try count("minimum_areas", defaults.minimumAreas),
            maximumVariation: try positive("maximum_cv", defaults.maximumVariation),
            minimumBase: try count("minimum_base", defaults.minimumBase),
            maximumResidual: try positive("maximum_residual", defaults.maximumResidual))
    }

    // MARK: Files

    /// The same file and keys as a margin of the weighting; `columns` starts with the area's.
    private func standard(_ own: Section) throws -> (SmallAreaRequest.Standard, [String]) {
        try own.allow(["by", "file", "columns", "total"])
        let variables = try own.texts("by")
        guard !variables.isEmpty, !variables.contains(variable), Set(variables).count == variables.count else {
            throw own.fail("by", "columns other than that of the areas, each once")
        }
        var files = MarginFiles(folder: folder)
        let totals = try files.totals(own, [variable] + variables)
        let margin = AdjustmentStep.Margin(variables: [variable] + variables, totals: totals)
        try MarginCheck(codebook: codebook, file: section.file).checkCategories(margin)
        if let bad = totals.first(where: { !($0.total >= 0 && $0.total.isFinite) }) {
            throw Failure(
                "BAD_TARGET", "The number of people of '\(bad.key.joined(separator: " × "))' is negative or not finite",
                file: StudyFiles.join(folder, try own.path("file")), remedy: "correct the file",
                exitCode: ExitStatus.configuration)
        }
        var areas: [String] = []
        for entry in totals where areas.last != entry.key[0] { areas.append(entry.key[0]) }
        return (
            SmallAreaRequest.Standard(
                file: try own.path("file"), variables: variables, areas: areas,
                cells: totals.map { ($0.key[0], Array($0.key.dropFirst()), $0.total) }), files.texts
        )
    }

    private func covariates(_ own: Section) throws -> (SmallAreaRequest.Covariates, String) {
        try own.allow(["file", "area", "columns"])
        let name = try own.path("file")
        let path = StudyFiles.join(folder, name)
        let text = try StudyFiles.text(path, what: "covariates", maximum: StudyFiles.maximumTableBytes)
        let area = try own.text("area")
        let columns = try PlanReader.covariates(own, key: "columns")
        guard !columns.isEmpty, Set(columns.map(\.column)).count == columns.count,
            !columns.contains(where: { $0.column == area })
        else { throw own.fail("columns", "a list of columns, each once, without that of the area") }
        do {
            let table = try AnalysisTableReader.read(path: path, columns: Set(columns.map(\.column) + [area]))
            let areas = try checked(table, area: area, columns)
            return (SmallAreaRequest.Covariates(file: name, table: table, areas: areas, columns: columns), text)
        } catch { throw Failure(naming: error, file: path).inStudyFile(path) }
    }

    /// Names of the areas: each once, known to the codebook, with every covariate.
    private func checked(_ table: Table, area: String, _ columns: [AreaCovariate]) throws -> [String] {
        let labels = try table.column(area).rowLabels()
        let known = codebook.codes(of: variable) ?? []
        var seen = Set<String>()
        let areas = try labels.enumerated().map { row, label in
            guard let label else { throw SmallAreaError.missingArea(column: area, row: row) }
            guard seen.insert(label).inserted else { throw SmallAreaError.repeatedArea(label) }
            guard known.isEmpty || known.contains(label) else {
                throw Failure(
                    "UNKNOWN_CATEGORY", "The covariates have area '\(label)', which is no category of '\(variable)'",
                    remedy: nearestName(to: label, among: known).map { "did you mean '\($0)'?" }
                        ?? "categories are: \(known.prefix(12).joined(separator: ", "))",
                    exitCode: ExitStatus.configuration)
            }
            return label
        }
        for covariate in columns {
            let column = try table.column(covariate.column)
            if let row = areas.indices.first(where: { !column.isPresent($0) }) {
                throw SmallAreaError.missingCovariate(column: covariate.column, area: areas[row])
            }
            // A word among numbers would silently become one level an area.
            if !covariate.isCategorical { _ = try table.numbers(covariate.column) }
        }
        return areas
    }
}
