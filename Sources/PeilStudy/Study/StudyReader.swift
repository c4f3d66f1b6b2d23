import Foundation
import PeilDisclosure
import PeilIngest
import PeilReport
import PeilStatistics
import PeilStore
import PeilTable

extension Study {
    /// Reads a study.yaml, or the one in a folder.
    /// - Throws: `Failure`: 66 when a file is absent, 78 when one is wrong in itself.
    public init(at given: String) throws {
        var isFolder: Bool { (try? FileManager.default.contentsOfDirectory(atPath: given)) != nil }
        let path = isFolder ? StudyFiles.join(given, "study.yaml") : given
        do { self = try StudyReader(path).study() } catch { throw Failure(naming: error, file: path) }
    }
}

/// Turns study.yaml into a `Study`.
struct StudyReader {
    private let folder: String
    private let root: Section
    private let text: String

    static let keys = [
        "study", "language", "codebook", "frame", "waves", "basis", "design", "weighting", "areas", "segments",
        "families", "disclosure", "report"
    ]

    init(_ path: String) throws {
        folder = StudyFiles.folder(of: path)
        text = try StudyFiles.text(path, what: "study")
        root = try Section.document(text, file: path)
        try root.allow(Self.keys)
    }

    func study() throws -> Study {
        let (codebook, codebookText) = try readCodebook()
        let weighting = try readWeighting()
        let areas = try root.optionalSection("areas").map(readAreas)
        // The frame is part of what the study is; a study that names one must have it.
        let frame = root.has("frame") ? [try frameText()] : []
        let report = try ReportReader(root.section("report"), codebook).report(areas?.words ?? .municipalities)
        return Study(
            id: try root.text("study"), folder: folder, file: root.file,
            language: (try root.choice("language") as Language).rawValue,
            codebook: codebook, basis: try root.choice("basis"), waves: try readWaves(),
            design: try readDesign(root.section("design")), weighting: weighting.recipe,
            areas: areas,
            segments: try root.optionalSection("segments").map { try SegmentReader($0).segments() },
            families: try readFamilies(),
            disclosure: try root.optionalSection("disclosure").map(readRules) ?? DisclosureRules(),
            report: report,
            hash: ContentHash.combined(
                ([text, codebookText] + weighting.texts + frame).map { ContentHash(of: $0.utf8) }
            ).hex)
    }

    private func frameText() throws -> String {
        try StudyFiles.text(try inside(root, "frame"), what: "frame", maximum: StudyFiles.maximumTableBytes)
    }

    private func inside(_ section: Section, _ key: String) throws -> String {
        let name = try section.text(key)
        guard StudyFiles.isInside(name, folder: folder) else {
            throw section.fail(
                key, "a path inside the study's folder",
                remedy: "use a relative path without '..' and no link out of it")
        }
        return StudyFiles.join(folder, name)
    }

    private func readCodebook() throws -> (Codebook, String) {
        let path = try inside(root, "codebook")
        let text = try StudyFiles.text(path, what: "codebook")
        return (try Codebook.load(yaml: text, file: path), text)
    }

    private func readWaves() throws -> [Study.WaveEntry] {
        let waves = try root.sections("waves").map { section in
            try section.allow(["id", "label", "from", "to", "files"])
            return Study.WaveEntry(
                id: try section.text("id"), label: try section.localized("label"),
                from: try section.text("from"), to: try section.text("to"),
                files: try section.sections("files").map { file in
                    try file.allow(["path", "mode"])
                    _ = try inside(file, "path")
                    return .init(path: try file.text("path"), mode: try file.optionalText("mode") ?? "")
                })
        }
        guard !waves.isEmpty else { throw root.fail("waves", "a list with at least one wave") }
        return waves
    }

    /// As in a plan; and where `nest: false` says that names of sampling units do not repeat, one in two strata is
    /// an error.
    private func readDesign(_ section: Section) throws -> DesignRequest {
        var design = try PlanReader.design(section)
        design.columns.nested = try section.flag("nest", default: true)
        guard section.isAbsent("adjust") else {
            throw section.fail("adjust", "absent", remedy: "list the steps under weighting › steps")
        }
        guard section.isAbsent("basis"), section.isAbsent("assumption") else {
            throw section.fail("basis", "absent", remedy: "the study says its `basis` at the top")
        }
        return design
    }

    private func readAreas(_ section: Section) throws -> Study.AreaRequest {
        try section.allow(["variable", "region", "singular", "plural"])
        let municipalities = ReportOutline.AreaWords.municipalities
        let words = ReportOutline.AreaWords(
            singular: try section.optionalLocalized("singular") ?? municipalities.singular,
            plural: try section.optionalLocalized("plural") ?? municipalities.plural)
        return Study.AreaRequest(
            variable: try section.text("variable"), region: try section.localized("region"), words: words)
    }

    /// A question belongs to one family, so that its tests are adjusted once.
    private func readFamilies() throws -> [Study.Family] {
        var familyOfQuestion: [String: String] = [:]
        var ids = Set<String>()
        return try root.sections("families", optional: true).map { section in
            let family = try readFamily(section)
            guard ids.insert(family.id).inserted else {
                throw section.fail("id", "an id of its own", remedy: "rename one of the families '\(family.id)'")
            }
            for question in family.questions {
                if let other = familyOfQuestion.updateValue(family.id, forKey: question) {
                    throw section.fail(
                        "questions", "questions of no other family: '\(question)' also stands in '\(other)'",
                        remedy: "keep it in one family")
                }
            }
            return family
        }
    }

    private func readFamily(_ section: Section) throws -> Study.Family {
        try section.allow(["id", "questions"])
        return Study.Family(id: try section.text("id"), questions: try section.texts("questions"))
    }

    private func readRules(_ section: Section) throws -> DisclosureRules {
        try section.allow([
            "minimum_frequency", "minimum_base", "indicative_base", "indicative_effective_n",
            "maximum_interval_width", "group_disclosure_share"
        ])
        let defaults = try DisclosureRules()
        do {
            return try DisclosureRules(
                minimumFrequency: try section.integer("minimum_frequency", default: defaults.minimumFrequency),
                minimumBase: try section.integer("minimum_base", default: defaults.minimumBase),
                indicativeBase: try section.integer("indicative_base", default: defaults.indicativeBase),
                indicativeEffectiveN: try section.number(
                    "indicative_effective_n", default: defaults.indicativeEffectiveN),
                maximumIntervalWidth: try section.number(
                    "maximum_interval_width", default: defaults.maximumIntervalWidth),
                groupDisclosureShare: try section.number(
                    "group_disclosure_share", default: defaults.groupDisclosureShare))
        } catch let error as DisclosureError {
            var failure = Failure(naming: error, file: root.file)
            failure.line = section.mark?.line
            throw failure
        }
    }

    // MARK: Weighting

    private func readWeighting() throws -> (recipe: WeightingRecipe, texts: [String]) {
        guard let section = try root.optionalSection("weighting") else { return (WeightingRecipe(steps: []), []) }
        try section.allow(["steps"])
        var texts: [String] = []
        let steps = try section.sections("steps").map { try readStep($0, &texts) }
        if case .trim = steps.first {
            throw section.fail(
                "steps", "steps that rake before they trim", remedy: "put the trim step after a rake step")
        }
        return (WeightingRecipe(steps: steps), texts)
    }

    private enum Method: String, CaseIterable { case rake, trim }
    private enum Outside: String, CaseIterable { case refuse, share }

    private func readStep(_ section: Section, _ texts: inout [String]) throws -> WeightingRecipe.Step {
        let method: Method = try section.choice("method")
        switch method {
        case .rake:
            try section.allow(["method", "margins", "epsilon", "maxit"])
            var margins: [WeightingRecipe.Margin] = []
            for margin in try section.sections("margins") { margins.append(try readMargin(margin, &texts)) }
            return .rake(
                margins, tolerance: try section.number("epsilon", default: 1e-10),
                maximumIterations: try section.integer("maxit", default: 1000))
        case .trim:
            try section.allow(["method", "group", "lower", "upper", "rounds"])
            do {
                return .trim(
                    try Trimming(lower: try section.number("lower", default: 0), upper: try section.number("upper")),
                    group: try section.text("group"), maximumRounds: try section.integer("rounds", default: 50))
            } catch WeightingError.badBound(let message) { throw section.fail("upper", message) }
        }
    }

    private func readMargin(_ section: Section, _ texts: inout [String]) throws -> WeightingRecipe.Margin {
        try section.allow(["variables", "variable", "totals", "file", "columns", "total", "outside"])
        let variables = try section.has("variable") ? [section.text("variable")] : section.texts("variables")
        let outside: Outside = try section.choice("outside", default: .refuse)
        if section.has("totals") {
            let totals = try section.section("totals")
            return WeightingRecipe.Margin(
                variables: variables, keepsOutside: outside == .share,
                cells: try totals.keys.map { ([$0], try totals.number($0)) })
        }
        let path = try inside(section, "file")
        texts.append(try StudyFiles.text(path, what: "margins", maximum: StudyFiles.maximumTableBytes))
        let columns = try section.texts("columns")
        let total = try section.text("total")
        guard columns.count == variables.count else { throw section.fail("columns", "as many columns as variables") }
        do {
            let table = try AnalysisTableReader.read(path: path, columns: Set(columns + [total]))
            return WeightingRecipe.Margin(
                variables: variables, keepsOutside: outside == .share,
                cells: try Self.cells(columns, total, table))
        } catch {
            // Data of the study itself: what is wrong in them is wrong in the study.
            let failure = Failure(naming: error, file: path)
            throw Failure(
                failure.code, failure.message, file: failure.file ?? path, line: failure.line, column: failure.column,
                remedy: failure.remedy,
                exitCode: failure.exitCode == ExitStatus.data ? ExitStatus.configuration : failure.exitCode)
        }
    }

    /// Sums the margins file over the columns that a margin does not use.
    private static func cells(
        _ columns: [String], _ total: String, _ table: Table
    ) throws -> [(key: [String], total: Double)] {
        let grouping = Grouping.cross(try columns.map { ($0, try table.column($0)) })
        let counts = try table.numbers(total)
        var sums = [Double](repeating: 0, count: grouping.count)
        for row in 0..<table.rowCount {
            guard grouping.groupOfRow[row] >= 0, counts.isPresent(row) else {
                throw Failure(
                    "BAD_TARGET", "A line of the margins file is not complete", line: row + 2,
                    remedy: "fill every cell that the margins use", exitCode: ExitStatus.configuration)
            }
            sums[Int(grouping.groupOfRow[row])] += counts.values[row]
        }
        return zip(grouping.keys, sums).map { ($0, $1) }
    }
}
