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

    static let keys =
        [
            "study", "language", "codebook", "frame", "waves", "basis", "design", "weighting", "areas", "segments",
            "scales", "models", "families", "disclosure", "compare", "report", "privacy"
        ] + UnattendedReader.keys

    init(_ path: String) throws {
        folder = StudyFiles.folder(of: path)
        text = try StudyFiles.text(path, what: "study")
        root = try Section.document(text, file: path)
        try root.allow(Self.keys)
    }

    func study() throws -> Study {
        let (codebook, codebookText) = try readCodebook()
        let weighting = try WeightingReader(folder: folder, codebook: codebook).recipe(in: root)
        var areas = try root.optionalSection("areas").map { try readAreas($0, codebook) }
        let geography = try root.optionalSection("areas").map {
            try GeographyReader($0, variable: areas?.variable ?? "", codebook: codebook, folder: folder).answer()
        }
        areas?.geography = geography?.geography ?? .init()
        let design = try readDesign(root.section("design"))
        let frame = try FrameReader(root, codebook, design).request()
        // The frame is part of what the study is; a study that names one must have it.
        let frameHash = try frame.map { [try hash(ofFrame: StudyFiles.join(folder, $0.file))] } ?? []
        let waves = try WaveSectionReader(folder: folder, codebook: codebook).waves(root)
        let look = try readTheme(root.section("report"))
        let segments = try root.optionalSection("segments").map { try SegmentReader($0, folder: folder).segments() }
        let report = try ReportReader(root.section("report"), codebook, folder: folder).report(
            areas?.words ?? .municipalities, geography: areas?.geography ?? .init(), theme: look?.theme ?? .standard,
            segments: segments, labels: ReportLabels(codebook, frame: frame, areas: areas, waves: waves.entries))
        let models = try ModelReader(codebook).models(root.sections("models", optional: true))
        return Study(
            id: try root.text("study"), folder: folder, file: root.file,
            language: (try root.choice("language") as Language).rawValue,
            codebook: codebook, basis: try root.choice("basis"), waves: waves.entries, design: design,
            weighting: weighting.recipe,
            areas: areas,
            segments: segments,
            scales: try ScaleReader(codebook).scales(root.sections("scales", optional: true)),
            models: models,
            families: try readFamilies(),
            compare: try root.optionalSection("compare").map {
                try CompareReader($0, waves: waves.entries, codebook: codebook).request()
            } ?? CompareRequest(),
            disclosure: try root.optionalSection("disclosure").map {
                try DisclosureReader($0).read(
                    means: report.questions.filter { $0.statistic == .mean }.map(\.variable))
            }
                ?? DisclosureRules(),
            report: report, frame: frame, keyFile: try readKeyFile(),
            unattended: try UnattendedReader(root: root, folder: folder).request(),
            hash: ContentHash.combined(
                ([text, codebookText] + codebook.sideFileHashes.values.sorted() + weighting.texts + waves.texts
                    + (areas?.smallAreas?.texts ?? []) + report.texts).map {
                        ContentHash(of: $0.utf8)
                    } + frameHash + (geography?.hashes ?? []) + (look?.hashes ?? [])
            ).hex, codebookHash: ContentHash(of: codebookText.utf8).hex)
    }

    private func hash(ofFrame path: String) throws -> ContentHash {
        do { return try ContentHash.ofFile(path).hash } catch { throw Failure(naming: error, file: path) }
    }

    private func readTheme(_ report: Section) throws -> ThemeReader.Answer? {
        guard !report.isAbsent("theme") else { return nil }
        return try ThemeReader(try report.path("theme"), folder: folder).answer()
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

    /// A key beside the publications would be published with them.
    private func readKeyFile() throws -> String? {
        guard let section = try root.optionalSection("privacy") else { return nil }
        try section.allow(["key_file", "retain"])
        guard !section.isAbsent("key_file") else { return nil }
        let name = try section.path("key_file")
        guard name.split(separator: "/").first != "out" else {
            throw section.fail("key_file", "outside out/", remedy: "for example internal/pseudonyms.key")
        }
        return name
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

    private func readAreas(_ section: Section, _ codebook: Codebook) throws -> Study.AreaRequest {
        try section.allow(["variable", "region", "singular", "plural", "small_areas", "boundaries", "tiles"])
        let variable = try section.text("variable")
        let municipalities = ReportOutline.AreaWords.municipalities
        let words = ReportOutline.AreaWords(
            singular: try section.optionalLocalized("singular") ?? municipalities.singular,
            plural: try section.optionalLocalized("plural") ?? municipalities.plural)
        return Study.AreaRequest(
            variable: variable, region: try section.localized("region"), words: words,
            smallAreas: try section.optionalSection("small_areas").map {
                try SmallAreaReader($0, variable: variable, codebook: codebook, folder: folder).request()
            })
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
}
